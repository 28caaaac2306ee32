package source

import (
	"bytes"
	_ "embed" // for the schema
)

//go:generate go run ../schema

//go:embed schema.json
var schemaJSON []byte

// SchemaFile is the name of the file beside a catalogue from which editors read its keys.
const SchemaFile = "charte.schema.json"

// Schema returns the JSON Schema (draft 07) of catalogues, for editors. It is made from the types
// of package catalogue and their comments, and knows the names of all known services. What it does
// not know, such as whether a category is declared, only [Read] says.
func Schema() []byte { return bytes.Clone(schemaJSON) }
