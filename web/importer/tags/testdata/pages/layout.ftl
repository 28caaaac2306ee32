<#-- The layout of the catalogue's pages. -->
<#macro layout title scripts=[]>
<!DOCTYPE html>
<html lang="${locale!"fr"}">
<head>
  <title>${title?html}</title>
  <#if (klaro.enabled && scripts?size > 0)>
  <script defer src="${baseUrl}/static/klaro-config.js"></script>
  <script defer data-config="klaroConfig" src="${baseUrl}/static/klaro.js"></script>
  <link rel="stylesheet" href="${baseUrl}/static/klaro.min.css">
  </#if>
  <script type="text/plain" data-type="application/javascript" data-name="matomo"<#if nonce??> nonce="${nonce}"</#if>>
    _paq.push(['setTrackerUrl', '${matomo.url}']);
    <#list scripts as s>load("${s?js_string}");</#list>
  </script>
  <#list scripts as script>
  <script type="text/plain" data-type="application/javascript" data-name="${script.name}" data-src="${script.src}"></script>
  </#list>
</head>
<body <#if (page.cls)??>class="${page.cls}"</#if>>
  <@menu items=page.items current="a > b" />
  <#nested>
  <#if map?? && map.zoom gt 3>
  <iframe title="Carte" data-name="maps_noapi" data-src="${map.url}"></iframe>
  </#if>
  <img alt="" data-name="${tracker!"matomo"}" data-src="/pixel.gif">
  <img alt="" data-name="matomo" data-src="/pixel.gif">
  <a href="#" onclick="return klaro.show();">Cookies</a>
</body>
</html>
</#macro>
