<?php
/** A page of the theme. */
get_header();
if ($post->video && $user->id > 0) {
    echo '<div class="youtube_player" videoID="' . $post->video . '"></div>';
}
?>
<main id="content" <?php post_class(['a' => 1 > 0]); ?>>
  <h1><?= esc_html($post->title) ?></h1>
  <div class="youtube_player" videoID="<?= $post->video ?>" width="560" height="315"></div>
  <div class="vimeo_player" videoID="76979871" width="640" height="360" <?php if ($lazy): ?>loading="lazy"<?php endif ?>></div>
  <?php if (has_map()): ?>
    <div class="googlemaps_embed" id="!1m14!1m8" width="600" height="450"></div>
  <?php endif; ?>
  <span class="tacTwitter"></span><a href="https://x.com/a" class="twitter-share-button">Partager</a>
  <a href="#tarteaucitron">Cookies</a>
</main>
<script src="<?php echo get_template_directory_uri(); ?>/js/tarteaucitron/tarteaucitron.js"></script>
<script>
  tarteaucitron.init({
    "privacyUrl": "<?= home_url('/cookies') ?>",
    "hashtag": "#tarteaucitron",
    "highPrivacy": true,
  });
</script>
<script>
  tarteaucitron.user.gtagUa = 'G-XXXX';
  (tarteaucitron.job = tarteaucitron.job || []).push('gtag');
  (tarteaucitron.job = tarteaucitron.job || []).push('youtube');
</script>
<?php get_footer();
