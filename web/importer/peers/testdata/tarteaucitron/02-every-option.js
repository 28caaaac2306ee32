// Every option, with the values that are not the usual ones.
var tarteaucitronForceExpire = 400;
var tarteaucitronExpireInDay = true;
var tarteaucitronForceCDN = 'https://cdn.shop.example/tac/';
var tarteaucitronUseMin = true;
var tarteaucitronNoAdBlocker = true;
var tarteaucitronProLoadServices = function () { window.location.reload(); };
var tarteaucitronServerSideExclude = ['youtube'];

tarteaucitron.init({
  privacyUrl: '',
  bodyPosition: 'top',
  hashtag: '#tarteaucitron',
  cookieName: 'shop_consent',
  orientation: 'popup',
  groupServices: false,
  showDetailsOnClick: false,
  serviceDefaultState: true,
  showAlertSmall: true,
  showTitleBanner: true,
  cookieslist: true,
  cookieslistEmbed: true,
  closePopup: true,
  showIcon: false,
  iconSrc: '/img/cookie.svg',
  iconPosition: 'TopRight',
  adblocker: true,
  DenyAllCta: false,
  AcceptAllCta: false,
  highPrivacy: false,
  alwaysNeedConsent: true,
  handleBrowserDNTRequest: true,
  removeCredit: false,
  moreInfoLink: false,
  useExternalCss: true,
  useExternalJs: true,
  cookieDomain: 'shop.example',
  readmoreLink: '/cookies',
  mandatory: false,
  mandatoryCta: true,
  googleConsentMode: true,
  bingConsentMode: true,
  pianoConsentMode: true,
  pianoConsentModeEssential: true,
  piwikConsentMode: true,
  softConsentMode: false,
  dataLayer: true,
  serverSide: true,
  partnersList: true,
  customCloserId: 'close-cookies',
  closeOnScroll: 12 // no such option
});

tarteaucitron.user.gtagUa = 'G-A1B2C3D4E5';
tarteaucitron.user.gtagCrossdomain = ['shop.example', 'pay.example'];
tarteaucitron.user.gtagMore = function () { gtag('event', 'hello'); };
tarteaucitron.job.push('gtag');
tarteaucitron.user.googleadsId = 'AW-987654321';
tarteaucitron.job.push('googleads');
tarteaucitron.user.googletagmanagerId = 'GTM-ABC123';
tarteaucitron.job.push('googletagmanager');
tarteaucitron.user.bingadsID = '12345678';
tarteaucitron.job.push('bingads');
tarteaucitron.user.clarity = 'abcdef1234';
tarteaucitron.job.push('clarity');
tarteaucitron.user.pianoCollectDomain = 'https://abcdefg.pa-cd.com';
tarteaucitron.user.pianoSite = 123456;
tarteaucitron.job.push('pianoanalytics');
tarteaucitron.user.hubspotId = '424242';
tarteaucitron.job.push('hubspot');
