// What people write by mistake.
Orejime.init({
  privacyPolicyUrl: 12,
  forceBanner: "yes",
  cookie: { name: "", duration: "365", domain: "localhost", secure: true },
  purposes: [
    { title: "Without an id" },
    { id: "matomo", name: "Matomo", cookies: "_pk_id", isMandatory: "no", required: true },
    { id: "everything", title: "All", cookies: [/.*/, /^(?!_own)/, "", null, [], {}] },
    { id: "pixel", title: "Pixel", default: true, googleConsentMode: { types: [], mode: "advanced" } },
    getPurpose("more"),
    "text"
  ],
  translations: { banner: { accept: 1, unknown: "?" }, notice: "x" },
  plugin: { a: [1, { b: 2 }] }
});
