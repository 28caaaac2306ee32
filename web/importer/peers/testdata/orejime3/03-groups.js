// Groups in groups, and a group that says what only a purpose can.
loadOrejime({
  privacyPolicyUrl: "#",
  purposes: [
    {
      id: "media",
      title: "Contenus",
      isMandatory: true,
      cookies: ["media"],
      purposes: [
        { id: "youtube", title: "YouTube", description: "Vidéos, <a href='https://policies.google.com/privacy'>règles</a>", cookies: ["VISITOR_INFO1_LIVE"] },
        { id: "cartes", title: "Cartes", purposes: [{ id: "osm", title: "OpenStreetMap", cookies: [] }, { id: "ign", title: "IGN", cookies: [], isMandatory: true }] },
        { id: "vide", title: "Rien", purposes: [] }
      ]
    },
    { id: "youtube", title: "Encore", cookies: [] }
  ]
});
