/**
 * Names of files hold the SHA-256 of what is in them, so that who knows a name
 * can have the browser refuse anything else (Subresource Integrity).
 *
 * @param {string} name "engine-<43 letters of base64url>.js"
 * @returns {string}
 */
export const pin = (name) => "sha256-" + name.match(/-(.{43})\./)[1];
