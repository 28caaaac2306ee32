package main

import (
	"fmt"
	"html"
	"math/rand/v2"
	"strings"
)

// A writer writes sentences that look like French, the same ones in every run. They mean
// little, but they compress as text does: words come back, sentences do not.
type writer struct{ *rand.Rand }

// newWriter returns the writer of a page's texts.
func newWriter() writer { return writer{rand.New(rand.NewPCG(1978, 17))} }

// words are the parts of sentences. A noun has its article, since French articles follow
// the gender.
var words = map[string][]string{
	"link": strings.Split("Par ailleurs, |En revanche, |Depuis peu, |Chaque semaine, |À la demande des habitants, |Selon le rapport, |Dès la rentrée, |Pour cette raison, |Avant l'été, |Comme prévu, |Dans le même temps, |À ce jour, |En pratique, ||||||||", "|"),
	"subject": strings.Split("la commune|le département|l'agence de l'eau|la métropole|le service des archives|la bibliothèque|le réseau de transport|l'observatoire du climat|"+
		"la direction des sports|le conseil des jeunes|l'école d'ingénieurs|la société d'histoire|le syndicat des déchets|l'office du tourisme|la chambre d'agriculture|le musée|"+
		"l'association des parents|la coopérative|le laboratoire|la région|le parc naturel|l'hôpital|la gare|le port|l'université|la maison de quartier|le théâtre|l'atelier de cartographie|"+
		"la mission numérique|le centre de calcul|l'équipe des jardins|la régie des eaux|le comité des fêtes|l'institut de sondage|la ferme pédagogique|le cadastre", "|"),
	"adjective": strings.Split("solidaire|mobile|publique|centrale|historique|maritime|agricole|numérique|sociale|technique|rurale|nocturne|scolaire|mixte|ouverte|durable|voisine|complète|||||||||", "|"),
	"verb": strings.Split("publie|décrit|mesure|compare|met à jour|recense|prépare|finance|contrôle|partage|archive|simplifie|annonce|corrige|ouvre|transmet|relie|complète|surveille|rassemble|"+
		"calcule|présente|vérifie|élargit|soutient|étudie|organise|dessine|numérise|traduit|protège|rénove|explique|conserve", "|"),
	"object": strings.Split("les relevés de température|le budget de l'année|les horaires des lignes|la carte des forêts|les résultats des élections|le registre des arbres|les comptages de vélos|la liste des marchés|"+
		"les menus des cantines|le plan des pistes cyclables|les mesures de la qualité de l'air|la base des adresses|les subventions versées|le niveau des rivières|les permis de construire|la fréquentation des piscines|"+
		"les collections du musée|le calendrier des travaux|les prénoms donnés|la production d'énergie solaire|les points de collecte du verre|le catalogue des livres|les tournées des bus|la consommation des bâtiments|"+
		"les accidents de la route|le tracé des limites|les fontaines à boire|la part des logements vides|les délibérations du conseil|le bruit des avenues|les zones de baignade|la récolte de miel|"+
		"les antennes relais|le stationnement réservé|les défibrillateurs|la surface des potagers", "|"),
	"how": strings.Split("avec une précision de %d mètres|en %d formats|pour %d quartiers|sur une période de %d mois|auprès de %d foyers|avec l'aide de %d bénévoles|en moins de %d minutes|"+
		"dans un rayon de %d kilomètres|à partir de %d capteurs|au profit de %d écoles|malgré %d demandes en attente|pour un coût de %d euros|par tranche de %d hectares|après %d réunions|"+
		"sans attendre les %d autres|à la place de %d tableaux|toutes les %d heures", "|"),
	"end": strings.Split(", ce qui réduit les délais|, comme le montre la figure|, puis les range par thème|, sous licence ouverte|, dans un format que les tableurs lisent|, avec le nom de chaque producteur|, où chacun peut les corriger|"+
		", faute d'un relevé plus récent|, et en garde l'historique|, que la carte reprend|, à l'exception des îles|, selon une méthode publiée|, sous réserve d'erreurs|||||||||||", "|"),
	"start":    strings.Split("Mar|Ker|Vill|Bel|Mont|Roche|Font|Cast|Lav|Pont|Champ|Bar|Cour|Sau|Tré|Vau|Long|Aub|Mor|Gran|Noir|Clair|Haut|Bois|Per", "|"),
	"middle":   strings.Split("en|i|ou|a|er|an|el|au|on|ar|et|in|é|o", "|"),
	"finish":   strings.Split("ville|court|mont|gny|zac|ec|is|ières|ey|val|lieu|bourg|oux|ac|nay|sur-Loire|les-Bains|le-Vieux|la-Forêt", "|"),
	"producer": strings.Split("Direction des données|Service des eaux|Voirie|Archives|Agence d'urbanisme|Espaces verts|Finances|Mobilités|État civil|Énergie", "|"),
	"theme":    strings.Split("Environnement|Transports|Finances|Culture|Santé|Éducation|Logement|Citoyenneté|Énergie|Tourisme|Agriculture|Sports", "|"),
}

// one is one of the words of a kind.
func (w writer) one(kind string) string { return words[kind][w.IntN(len(words[kind]))] }

// place is the name of a town that does not exist.
func (w writer) place() string { return w.one("start") + w.one("middle") + w.one("finish") }

// sentence is one sentence.
func (w writer) sentence() string {
	link, subject := w.one("link"), w.one("subject")
	if adjective := w.one("adjective"); adjective != "" && strings.HasPrefix(subject, "la ") {
		subject += " " + adjective
	}
	if w.IntN(4) > 0 {
		subject += " de " + w.place()
	}
	s := link + subject + " " + w.one("verb") + " " + w.one("object")
	if w.IntN(3) > 0 {
		s += " " + fmt.Sprintf(w.one("how"), 2+w.IntN(998))
	}
	if w.IntN(3) == 0 {
		s += fmt.Sprintf(" entre %s et %s", w.place(), w.place())
	}
	s += w.one("end") + "."
	first := []rune(s)
	return strings.ToUpper(string(first[0])) + string(first[1:])
}

// paragraph is a paragraph of n sentences, as HTML. One paragraph in three has a link.
func (w writer) paragraph(n int) string {
	var sentences []string
	for range n {
		sentences = append(sentences, html.EscapeString(w.sentence()))
	}
	if w.IntN(3) == 0 {
		sentences = append(sentences, fmt.Sprintf(`<a href="/jeux/%s-%04x">Voir %s</a>.`, strings.ToLower(w.one("theme")), w.IntN(1<<16), html.EscapeString(w.one("object"))))
	}
	return fmt.Sprintf("<p id=\"p-%06x\">%s</p>\n", w.IntN(1<<24), strings.Join(sentences, " "))
}

// dataRow is a row of the page's table of data sets, as HTML.
func (w writer) dataRow() string {
	return fmt.Sprintf("<tr><td><a href=\"/jeux/%08x\">%s</a></td><td>%s</td><td>%s</td><td>%02d/%02d/20%02d</td><td>%d,%d Mo</td><td>%d</td></tr>\n",
		w.Uint32(), html.EscapeString(w.place()), w.one("theme"), html.EscapeString(w.one("producer")), 1+w.IntN(28), 1+w.IntN(12), 15+w.IntN(11), w.IntN(90), w.IntN(10), w.IntN(100_000))
}
