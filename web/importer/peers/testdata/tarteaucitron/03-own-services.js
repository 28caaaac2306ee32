// Services that tarteaucitron does not know.
tarteaucitron.services.bookings = {
  "key": "bookings",
  "type": "other",
  "name": "Room bookings",
  "uri": "https://rooms.example/privacy",
  "needConsent": true,
  "cookies": ['rooms_session', 'rooms_seen*'],
  "readmoreLink": "/help/rooms",
  "js": function () {
    "use strict";
    tarteaucitron.addScript('https://rooms.example/widget.js');
  },
  "fallback": function () {
    "use strict";
    tarteaucitron.fallback(['rooms'], tarteaucitron.engage('bookings'));
  }
};
tarteaucitron.services['visit-counter'] = {
  key: 'visit-counter', type: 'analytic', name: '<b>Visit</b> counter', needConsent: false, safeanalytic: true,
  cookies: ['vc_day'], uri: '', js: function () {}, fallback: function () {}
};
tarteaucitron.services.retarget = {
  key: 'retargeting', type: 'marketing', name: 'Retargeting', needConsent: false, defaultState: true,
  cookies: (function () { return ['rt_' + 'id']; })(), js: function () {}
};
tarteaucitron.services.drafty = { key: 'drafty', type: 'support', name: 'Draft chat', needConsent: true, cookies: [], js: function () {} };
tarteaucitron.init({ privacyUrl: "https://town.example/privacy", orientation: "middle", highPrivacy: true, DenyAllCta: true });
(tarteaucitron.job = tarteaucitron.job || []).push('bookings');
(tarteaucitron.job = tarteaucitron.job || []).push('visit-counter');
(tarteaucitron.job = tarteaucitron.job || []).push('retarget');
(tarteaucitron.job = tarteaucitron.job || []).push('nobody-knows-it');
