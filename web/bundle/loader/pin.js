/**
 * The name of a file holds the SHA-256 of what is in it. Who knows the name can have
 * the browser refuse anything else (Subresource Integrity).
 *
 * @param {string} name "engine-<43 letters of base64url>.js"
 * @returns {string} As an integrity attribute has it.
 */
export const pin = (name) => "sha256-" + /** @type {RegExpMatchArray} */ (name.match(/-(.{43})\./))[1];
