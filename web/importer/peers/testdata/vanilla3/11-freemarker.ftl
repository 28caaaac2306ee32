<#-- The banner of the portal. -->
<#if consent.enabled>
<script type="text/plain" data-category="audience" src="https://cdn.matomo.cloud/portal.example/matomo.js"></script>
<script type="text/plain" data-category="reseaux" data-src="https://platform.twitter.com/widgets.js"></script>
<script type="text/plain" data-category="reseaux" data-src="https://connect.facebook.net/fr_FR/sdk.js"></script>
<script type="text/plain" data-category="!reseaux">document.body.classList.add("sans-reseaux");</script>
<script type="module">
  import "https://cdn.jsdelivr.net/npm/vanilla-cookieconsent@3.1.0/dist/cookieconsent.umd.js";

  CookieConsent.run({
    revision: ${consent.revision},
    cookie: { name: "portail", domain: "${site.domain}" },
    categories: {
      necessaires: { enabled: true, readOnly: true },
      audience: { autoClear: { cookies: [{ name: /^_pk_(id|ses|ref)\./ }] } },
      reseaux: { autoClear: { cookies: [{ name: "personalization_id", domain: ".twitter.com" }] } }
    },
    language: {
      default: "fr",
      translations: {
        fr: {
          consentModal: {
            title: "${site.title}",
            description: "Nous demandons votre accord.",
            acceptAllBtn: "Tout accepter",
            acceptNecessaryBtn: "Tout refuser",
            showPreferencesBtn: "Personnaliser",
            footer: "<a href='/mentions-legales'>Mentions légales</a> <a href='/politique-de-confidentialite'>Confidentialité</a>"
          },
          preferencesModal: {
            title: "Préférences",
            acceptAllBtn: "Tout accepter",
            acceptNecessaryBtn: "Tout refuser",
            savePreferencesBtn: "Enregistrer mes choix",
            sections: [
              { title: "Nécessaires", description: "Votre session.", linkedCategory: "necessaires" },
              { title: "Audience de ${site.title}", description: "Compter les visites.", linkedCategory: "audience" },
              { title: "Réseaux sociaux", description: "Partager une page.", linkedCategory: "reseaux" }
            ]
          }
        }
      }
    }
  });
</script>
</#if>
