/**
 * Filters the cookies of responses in nginx by the visitor's answer. Made by "charte build", anew for each
 * catalogue. It needs the module of Debian's package libnginx-mod-http-js, and guard.nginx.conf. In http { }:
 *
 *     js_import charte from /etc/nginx/guard.nginx.js;
 *
 * and in each location of the site that leads to a program which may set cookies:
 *
 *     js_header_filter charte.filter;
 */
const rules = {};

/** What one response sends to erase cookies, in bytes. */
const ERASING_BYTES = 1024;

/**
 * Filters a response. Whatever fails in it, the response is sent.
 *
 * @param {any} r nginx's request.
 */
function filter(r) {
  try {
    const isPage = !!r.variables.charte_vary;
    if (drop(r) && !isPage) vary(r);
    if (isPage && rules.enforced) erase(r);
  } catch (fault) {
    r.error("charte: the filter of cookies has failed: " + fault);
  }
}

/** Drops cookies that may not be set, or writes them into nginx's log. Reports whether it has dropped any. */
function drop(r) {
  const lines = r.headersOut["Set-Cookie"] || [];
  const kept = lines.filter(function (line) {
    const set = parse(line);
    if (set.name === "cookies_preferences" || set.erases || maySet(r, set.name)) return true;
    r.warn("charte: a response sets the cookie " + JSON.stringify(set.name.slice(0, 80)) + ", which the visitor has not allowed");
    return !rules.enforced;
  });
  if (kept.length === lines.length) return false;
  r.headersOut["Set-Cookie"] = kept;
  // Shared caches leave alone what sets cookies. They still should.
  if (!r.headersOut["Cache-Control"]) r.headersOut["Cache-Control"] = "private";
  return true;
}

/** Says that the response depends on the cookie. guard.nginx.conf says so of pages. */
function vary(r) {
  const said = r.headersOut["Vary"];
  if (!said) r.headersOut["Vary"] = "Cookie";
  else if (!/(^|,) *(\*|cookie) *(,|$)/i.test(said)) r.headersOut["Vary"] = said + ", Cookie";
}

function declares(service, name) {
  return service.cookies.some(function (pattern) {
    return pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
  });
}

/** Reports whether a service that may run declares a cookie. */
function maySet(r, name) {
  return rules.services.some(function (service) {
    return declares(service, name) && (!service.may || r.variables[service.may] === "1");
  });
}

/** Erases the request's cookies that only services declare which may not run. */
function erase(r) {
  const refused = [];
  (r.variables.http_cookie || "").split(";").forEach(function (pair) {
    const name = pair.split("=")[0].replace(/^[ \t]+|[ \t]+$/g, "");
    const isDeclared = rules.services.some(function (service) { return declares(service, name); });
    const canBeSent = name !== "" && !/[\x00-\x1f\x7f]/.test(name);
    if (name === "cookies_preferences" || !canBeSent || !isDeclared || maySet(r, name) || refused.indexOf(name) >= 0) return;
    if (refused.length < ERASING_BYTES) refused.push(name); // there is no room for more
  });
  if (!refused.length) return;
  // It begins at any of them, so that one which cannot be erased does not keep the others from it.
  const first = Math.floor(Math.random() * refused.length);
  const domains = domainsOf(r.variables.host || "");
  if (rules.domain && domains.indexOf(rules.domain) < 0) domains.push(rules.domain);
  let sent = 0;
  let lines = r.headersOut["Set-Cookie"] || [];
  refused.slice(first).concat(refused.slice(0, first)).forEach(function (name) {
    const own = eraseEverywhere(name, domains);
    const size = own.reduce(function (sum, line) { return sum + "Set-Cookie: \r\n".length + line.length; }, 0);
    if (sent + size > ERASING_BYTES) return;
    sent += size;
    lines = lines.concat(own);
  });
  r.headersOut["Set-Cookie"] = lines;
}

/** Returns the values of Set-Cookie that erase a cookie: on the host alone, and under each of the domains. */
function eraseEverywhere(name, domains) {
  let line = name + "=; Path=/; Max-Age=0";
  const isHost = /^__host-/i.test(name);
  if (isHost || /^__secure-/i.test(name)) line += "; Secure"; // without it browsers do not touch the cookie
  return [line].concat(isHost ? [] : domains.map(function (domain) { return line + "; Domain=" + domain; }));
}

/** Returns the domains under which a page of a host can keep cookies. There are none for an IP address. */
function domainsOf(host) {
  const domains = [];
  if (!/^[a-z0-9.-]+$/.test(host) || /^[0-9.]+$/.test(host)) return domains;
  for (; host.replace(/^\.+|\.+$/g, "").indexOf(".") >= 0; host = host.slice(host.indexOf(".") + 1)) domains.push(host);
  return domains;
}

/**
 * Reads a value of Set-Cookie as browsers do (RFC 6265, 5.2). It erases only if all of its attributes do, since browsers
 * differ in which one they take.
 *
 * @param {string} line
 * @returns {{name: string, erases: boolean}} erases says that the cookie expires at once.
 */
function parse(line) {
  const parts = line.split(";");
  const equals = parts[0].indexOf("=");
  const past = [];
  parts.slice(1).forEach(function (attribute) {
    const at = (attribute + "=").indexOf("=");
    const key = trim(attribute.slice(0, at)).toLowerCase();
    const value = trim(attribute.slice(at + 1));
    // Browsers pass over an age of more than 1,024 bytes (RFC 6265bis, 5.6).
    if (key === "max-age") past.push(value.length <= 1024 && (/^-[0-9]+$/.test(value) || /^0+$/.test(value)));
    if (key === "expires") past.push(expiresByDate(value));
  });
  return {
    name: equals < 0 ? "" : trim(parts[0].slice(0, equals)),
    erases: past.length > 0 && past.every(function (is) { return is; }),
  };
}

function trim(text) { return text.replace(/^[ \t]+|[ \t]+$/g, ""); }

/**
 * Reports whether a value of Expires is a date by which a cookie expires at once, in one of the forms that all browsers
 * know: "Thu, 01 Jan 1970 00:00:00 GMT", the same with hyphens or with a long weekday, and as C writes it.
 */
function expiresByDate(value) {
  const months = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec";
  const clock = "([0-9]{2}):([0-9]{2}):([0-9]{2})";
  let found = new RegExp("^[a-z]{3,9}, ([0-9]{1,2})[ -](" + months + ")[ -]([0-9]{4}|[789][0-9]) " + clock + "(?: (?:GMT|UTC|[+-]0000))?$", "i").exec(value);
  if (!found) {
    found = new RegExp("^[a-z]{3} (" + months + ") {1,2}([0-9]{1,2}) " + clock + " ([0-9]{4})$", "i").exec(value);
    if (!found) return false;
    found = [found[0], found[2], found[1], found[6], found[3], found[4], found[5]];
  }
  const month = months.split("|").indexOf(found[2].toLowerCase());
  const n = found.map(Number);
  const year = n[3] < 100 ? 1900 + n[3] : n[3];
  if (year <= 1600 || n[5] > 59 || n[6] > 59) return false;
  const moment = Date.UTC(year, month, n[1], n[4], n[5], n[6]);
  return new Date(moment).getUTCDate() === n[1] && moment < Date.now(); // there is no 30 February, and no hour 24
}

export default { filter };
