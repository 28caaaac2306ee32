<#import "layout.ftl" as layout>
<@layout.page title="Accueil">
<script>
  window.klaroConfig = {
    privacyPolicy: "${urls.privacy}",
    default: false,
    acceptAll: true,
    translations: {
      fr: {
        consentModal: { title: "Cookies de ${site.name}", description: "À vous de choisir." },
        acceptAll: "J'accepte tout",
        decline: "Je refuse tout"
      }
    },
    apps: [
      { name: "piano", title: "Piano Analytics", purposes: ["mesure"], cookies: ["_pcid", "_pctx"], optOut: true }
      <#if maps>, { name: "google-maps", title: "Cartes", purposes: ["cartes"], cookies: [] }</#if>
    ]
  };
</script>
<script src="${urls.assets}/klaro.js" defer></script>
<iframe data-name="google-maps" data-src="https://www.google.com/maps/embed"></iframe>
</@layout.page>
