/**
 * The integrity value of a file, taken from its name, which holds the SHA-256 of the
 * content. With it the browser refuses any other content (Subresource Integrity).
 *
 * @param {string} name "engine-<43 letters of base64url>.js"
 * @returns {string} A value for an integrity attribute, "sha256-…".
 */
export const pin = (name) => "sha256-" + /** @type {RegExpMatchArray} */ (name.match(/-(.{43})\./))[1];
