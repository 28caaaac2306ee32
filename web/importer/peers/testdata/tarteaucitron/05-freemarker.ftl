<#import "layout.ftl" as layout>
<@layout.page title="${title}">
<script src="${assets}/tarteaucitron.js"></script>
<script>
  tarteaucitron.init({
    "privacyUrl": "${urls.privacy}",
    "cookieDomain": "${site.domain}",
    "cookieName": "ville",
    "orientation": "top",
    "showAlertSmall": true,
    "highPrivacy": true
  });
  tarteaucitron.user.matomoId = '7';
  tarteaucitron.user.matomoHost = '//matomo.ville.example/piwik/';
  (tarteaucitron.job = tarteaucitron.job || []).push('matomo');
  <#if map??>
  tarteaucitron.user.googlemapsKey = '${map.key}';
  (tarteaucitron.job = tarteaucitron.job || []).push('googlemaps');
  </#if>
</script>
<#list events as event>
  <div class="googlemaps-canvas" zoom="14" latitude="${event.lat}" longitude="${event.lon}"></div>
</#list>
<div class="dailymotion_player" videoID="x8abcde" width="480" height="270"></div>
</@layout.page>
