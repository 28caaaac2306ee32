<?php require 'header.php'; ?>
<script src="https://tarteaucitron.io/load.js?domain=www.shop.example&uuid=0123456789abcdef"></script>
<h1><?= htmlspecialchars($title) ?></h1>
<div class="spotify_player" spotifyID="album/abc" width="300" height="380"></div>
<script>
  var tarteaucitronMagic = "_youtube_";
  (tarteaucitron.job = tarteaucitron.job || []).push('spotify');
  (tarteaucitron.job = tarteaucitron.job || []).push(<?= json_encode($chat) ?>);
</script>
