<#-- The banner of the portal. -->
<script>
  window.orejimeConfig = {
    privacyPolicyUrl: "${url.privacy}",
    purposes: [
      { id: "technique", title: "${msg('cookies.technical')}", isMandatory: true },
      <#if analytics>{ id: "eulerian", title: "Eulerian", cookies: ["etuix", "${analytics.cookie}"], default: ${ticked?c} },</#if>
      { id: "reseaux-sociaux", title: "Réseaux sociaux", cookies: [] }
    ],
    translations: { modal: { title: "Gestion des cookies", save: "Confirmer mes choix" }, banner: { title: "À propos des cookies sur ${site.name}" } }
  };
</script>
<script src="${url.assets}/orejime-dsfr-fr.js"></script>
