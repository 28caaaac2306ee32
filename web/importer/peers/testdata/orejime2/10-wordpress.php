<?php
/* Template part: the banner. */
$policy = get_privacy_policy_url();
?>
<script type="opt-in" data-type="application/javascript" data-purpose="fbpixel" data-src="https://connect.facebook.net/fr_FR/fbevents.js"></script>
<script>
  window.orejimeConfig = {
    appElement: "#wrapper",
    privacyPolicy: "<?php echo esc_url($policy); ?>",
    lang: "<?= get_locale() ?>",
    logo: "<?= get_theme_file_uri('logo.svg') ?>",
    apps: [
      { name: "fbpixel", title: "Meta Pixel", purposes: ["ads"], cookies: ["_fbp", "fr"], callback: function (ok) { fbq("consent", ok ? "grant" : "revoke"); } }
    ]
  };
</script>
<script src="<?= get_theme_file_uri('orejime.js') ?>"></script>
