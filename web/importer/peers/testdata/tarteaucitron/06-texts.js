var tarteaucitronForceLanguage = 'en';
var tarteaucitronForceExpire = 90;
var tarteaucitronCustomText = {
  "alertBigPrivacy": "We use cookies. See <a href='/legal/cookies'>our page about cookies</a>.",
  "middleBarHead": "Cookies on this site",
  "acceptAll": "Yes to all",
  "allowAll": "Yes to all",
  "denyAll": "No to all",
  "personalize": "Choose",
  "close": "Close",
  "save": "Keep my choices",
  "title": "Your cookies",
  "disclaimer": "Some services store cookies.",
  "alertSmall": "My cookies",
  "icon": "Cookies",
  "mandatoryTitle": "Needed",
  "mandatoryText": "This site does not work without them.",
  "privacyUrl": "Privacy",
  "analytic": { "title": "Counting visits", "details": "So that we know which pages are <em>read</em>." },
  "ads": { "title": "Adverts", "details": "None." },
  "desc-plausible": "Counts visits without cookies.",
  "desc-gtag": "Not here.",
  "engage-twitter": "Posts wait for your consent.",
  "ourSite": function () { return document.title; }
};
tarteaucitron.init({ "privacyUrl": "/legal/cookies", "hashtag": "#cookies", "orientation": "bottom" });
tarteaucitron.lang.engage = "Allow it";
tarteaucitron.user.plausibleDomain = 'town.example';
(tarteaucitron.job = tarteaucitron.job || []).push('plausible');
(tarteaucitron.job = tarteaucitron.job || []).push('twitter');
