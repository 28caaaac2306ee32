<#assign lang = locale!"fr">
<script src="${assets}/orejime.js"></script>
<script>
var orejimeConfig = {
  appElement: "#page",
  privacyPolicy: "${privacyUrl}",
  lang: "${lang}",
  mustNotice: true,
  apps: [
    <#list trackers as tracker>
    { name: "tracker", title: "${tracker.title}", cookies: ["${tracker.cookie}"], purposes: ["mesure"], onlyOnce: true },
    </#list>
    { name: "eulerian", title: "Eulerian", cookies: ["etuix"], purposes: ["mesure"], optOut: true }
  ],
  categories: [{ name: "mesure", title: "Mesure", apps: ["tracker", "eulerian"] }]
};
</script>
