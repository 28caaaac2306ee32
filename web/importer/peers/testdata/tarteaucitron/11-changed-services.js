// tarteaucitron's own services, changed afterwards.
tarteaucitron.init({ privacyUrl: "/vie-privee", orientation: "bottom", cookieName: "radio" });
tarteaucitron.services.matomo.needConsent = true;
tarteaucitron.services.matomo.name = "Nos statistiques";
tarteaucitron.services.soundcloud.uri = "https://soundcloud.com/pages/privacy";
tarteaucitron.services.deezer.cookies = ["dzr_uniq_id", "sid"];
tarteaucitron.services.spotify.type = "social";
tarteaucitron.hashtag = "#radio";
tarteaucitron.reloadThePage = true;
tarteaucitron.user.matomoId = "1";
tarteaucitron.user.matomoHost = "https://radio.example/matomo/";
tarteaucitron.job = ["matomo", "soundcloud"];
tarteaucitron.addService("deezer");
