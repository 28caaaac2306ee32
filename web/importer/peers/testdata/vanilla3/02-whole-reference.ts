import * as CookieConsent from "vanilla-cookieconsent";
import type { CookieConsentConfig } from "vanilla-cookieconsent";

const config: CookieConsentConfig = {
  root: "#banner",
  mode: "opt-in",
  autoShow: true,
  revision: 4,
  manageScriptTags: true,
  autoClearCookies: true,
  hideFromBots: true,
  disablePageInteraction: true,
  lazyHtmlGeneration: false,

  cookie: {
    name: "museum_choice",
    domain: ".museum.example",
    path: "/",
    secure: true,
    expiresAfterDays: 400,
    sameSite: "Strict",
    useLocalStorage: false,
  },

  onFirstConsent: ({ cookie }) => console.log(cookie.consentId),
  onConsent: () => document.body.classList.add("answered"),
  onChange: ({ changedCategories, changedServices }) => {
    if (changedCategories.includes("analytics")) location.reload();
  },
  onModalShow: ({ modalName }) => console.log(modalName),
  onModalHide: ({ modalName }) => console.log(modalName),
  onModalReady: ({ modalName, modal }) => modal.setAttribute("data-ready", modalName),

  guiOptions: {
    consentModal: { layout: "cloud inline", position: "bottom center", flipButtons: false, equalWeightButtons: true },
    preferencesModal: { layout: "bar wide", position: "left", flipButtons: true, equalWeightButtons: false },
  },

  categories: {
    necessary: { readOnly: true, enabled: true },
    analytics: {
      enabled: false,
      readOnly: false,
      services: {
        ga: {
          label: '<a href="https://policies.google.com/privacy" target="_blank">Google Analytics</a>',
          onAccept: () => window.gtag("consent", "update", { analytics_storage: "granted" }),
          onReject: () => window.gtag("consent", "update", { analytics_storage: "denied" }),
          cookies: [{ name: /^_ga/ }, { name: "_gid", domain: "museum.example", path: "/" }],
        },
        hotjar: { label: "Hotjar", cookies: [{ name: /^_hj/ }] },
      },
      autoClear: {
        cookies: [{ name: /^(_ga|_gid)/ }, { name: "ab_test" }],
        reloadPage: true,
      },
    },
    marketing: {
      autoClear: { cookies: [{ name: "_fbp" }, { name: "IDE", domain: ".doubleclick.net" }], reloadPage: false },
    },
  },

  language: {
    default: "en",
    autoDetect: "document",
    rtl: ["ar", "he"],
    translations: {
      en: {
        consentModal: {
          label: "Consent to cookies",
          title: "Cookies of the museum",
          description: "We ask before we count visits. {{revisionMessage}}",
          revisionMessage: "<br>Our policy has changed.",
          acceptAllBtn: "Accept all",
          acceptNecessaryBtn: "Refuse all",
          showPreferencesBtn: "Choose one by one",
          closeIconLabel: "Refuse all and close",
          footer: '<a href="/imprint">Imprint</a>\n<a href="/privacy">Privacy policy</a>',
        },
        preferencesModal: {
          title: "Cookie settings",
          acceptAllBtn: "Accept all",
          acceptNecessaryBtn: "Refuse all",
          savePreferencesBtn: "Save",
          closeIconLabel: "Close the settings",
          serviceCounterLabel: "Service|Services",
          sections: [
            { title: "What this is about", description: "Cookies are small texts. Read our <a href='/cookies'>cookie policy</a>." },
            { title: "Strictly necessary", description: "Without these, <b>no ticket</b> can be bought.", linkedCategory: "necessary" },
            {
              title: "Statistics <span class=\"pm__badge\">optional</span>",
              description: "Which rooms people look for.",
              linkedCategory: "analytics",
              cookieTable: {
                caption: "Cookies for statistics",
                headers: { name: "Name", service: "Service", desc: "Purpose", exp: "Expires after" },
                body: [
                  { name: "_ga", service: "Google Analytics", desc: "Tells visitors apart", exp: "2 years" },
                  { name: "_gid", service: "Google Analytics", desc: "Tells visitors apart", exp: "1 day" },
                  { name: "_hjSessionUser_*", service: "Hotjar", desc: "Tells visits apart", exp: "1 year" },
                ],
              },
            },
            { title: "Marketing", description: "Posters elsewhere on the web.", linkedCategory: "marketing" },
            { title: "Questions", description: 'Write to <a href="mailto:dpo@museum.example">our officer</a>.' },
          ],
        },
      },
      ar: {
        consentModal: {
          title: "ملفات تعريف الارتباط",
          description: "نسألك قبل أن نحصي الزيارات.",
          acceptAllBtn: "قبول الكل",
          acceptNecessaryBtn: "رفض الكل",
          showPreferencesBtn: "تخصيص",
        },
        preferencesModal: {
          title: "الإعدادات",
          acceptAllBtn: "قبول الكل",
          acceptNecessaryBtn: "رفض الكل",
          savePreferencesBtn: "حفظ",
          sections: [{ title: "إحصاءات", description: "عدد الزيارات.", linkedCategory: "analytics" }],
        },
      },
    },
  },
};

CookieConsent.run(config);
