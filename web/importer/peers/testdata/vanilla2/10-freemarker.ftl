<#assign lang = locale!"fr">
<script type="text/plain" data-cookiecategory="mesure" src="https://analytics.portail.example/matomo.js"></script>
<script src="/js/cookieconsent-2.9.2.js"></script>
<script>
  var cc = initCookieConsent();
  cc.run({
    current_lang: '${lang}',
    cookie_domain: '${domain}',
    cookie_expiration: ${days},
    autoclear_cookies: true,
    languages: {
      fr: {
        consent_modal: {
          title: 'Cookies de ${portal.name}',
          description: 'Nous demandons votre accord.',
          primary_btn: { text: 'Tout accepter', role: 'accept_all' },
          secondary_btn: { text: 'Tout refuser', role: 'accept_necessary' }
        },
        settings_modal: {
          title: 'Vos choix',
          save_settings_btn: 'Enregistrer',
          accept_all_btn: 'Tout accepter',
          reject_all_btn: 'Tout refuser',
          cookie_table_headers: [{ col1: 'Cookie' }, { col2: 'Objet' }, { col3: 'Conservation' }],
          blocks: [
            {
              title: 'Mesure',
              description: 'Audience de ${portal.name}.',
              toggle: { value: 'mesure', enabled: false, readonly: false },
              cookie_table: [
                { col1: '_pk_id.*', col2: 'Visiteur', col3: '13 mois' },
                { col1: '_pk_ses.${siteId}.${hash}', col2: 'Visite', col3: '30 minutes' }
              ]
            }
          ]
        }
      }
    }
  });
</script>
