// Package draft is the owner's desk: it lists known services, writes them into catalogues, and
// begins new ones. It writes text and never a catalogue that cannot be read.
package draft

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/aymanbagabas/go-udiff"
	"github.com/urfave/cli/v3"

	"charte/catalogue"
	"charte/catalogue/services"
	"charte/catalogue/source"
	"charte/web/whole"
)

// misuse is the exit status of a command that was called with the wrong words. A mistake in a
// catalogue has the status 1.
const misuse = 2

// wrong is an error in the words of a command line.
func wrong(format string, values ...any) error {
	return cli.Exit(fmt.Errorf(format, values...), misuse)
}

// Commands returns the commands "services", "add", "new" and "schema".
func Commands() []*cli.Command {
	with := &cli.StringSliceFlag{Name: "with", Usage: "what only you know, as `NAME=VALUE`; may be said again"}
	commands := []*cli.Command{
		{Name: "services", Usage: "list the services that are known, or show one with its tag", ArgsUsage: "[NAME]", Action: list,
			Description: "Example: charte services -search video\n         charte services youtube -with video=aqz-KE-bpKQ",
			Flags: []cli.Flag{
				&cli.StringFlag{Name: "search", Usage: "only those whose name, kind, purpose or hosts have the words of `TEXT`"},
				&cli.StringFlag{Name: "category", Usage: "only those of a category or kind: `NAME`"},
				&cli.BoolFlag{Name: "json", Usage: "as JSON"},
				with,
			}},
		{Name: "add", Usage: "write a known service into a catalogue", ArgsUsage: "NAME FILE", Action: add,
			Description: "Comments and order stay. The difference is printed.\nExample: charte add matomo mine.yaml -with host=stats.example.org",
			Flags: []cli.Flag{
				with,
				&cli.StringFlag{Name: "category", Usage: "into the category `ID`, instead of the one that is suggested"},
				&cli.BoolFlag{Name: "n", Usage: "print the difference, and write nothing"},
			}},
		{Name: "new", Usage: "begin a catalogue, by six questions", ArgsUsage: " ", Action: begin,
			Description: "What a flag says is not asked.\nExample: charte new\n         charte new -yes -name \"Portail de Rennes\" -controller \"Ville de Rennes\" -services youtube,matomo -with matomo.host=stats.example.org",
			Flags: []cli.Flag{
				&cli.StringFlag{Name: "o", Value: "catalogue.yaml", Usage: "write it to `FILE`, which must not be there yet"},
				&cli.StringFlag{Name: "name", Usage: "the site's `NAME`"},
				&cli.StringFlag{Name: "controller", Usage: "the legal `ENTITY` that answers for the site"},
				&cli.StringFlag{Name: "languages", Usage: "`TAGS`, the default one first: fr,en"},
				&cli.StringFlag{Name: "services", Usage: "the `NAMES` of known services: youtube,matomo"},
				&cli.StringFlag{Name: "look", Usage: "the `PRESET`: " + strings.Join(looks(), ", ")},
				&cli.StringFlag{Name: "address", Usage: "the `FOLDER` that charte.js will stand in: /charte/, or https://…"},
				&cli.StringSliceFlag{Name: "with", Usage: "what only you know, as `SERVICE.NAME=VALUE`; may be said again"},
				&cli.BoolFlag{Name: "yes", Usage: "ask nothing"},
			}},
		{Name: "schema", Usage: "print the JSON Schema of catalogues, for editors", ArgsUsage: " ", Action: schema,
			Description: "Example: charte schema -o charte.schema.json",
			Flags:       []cli.Flag{&cli.StringFlag{Name: "o", Usage: "write it to `FILE`"}}},
	}
	for _, c := range commands {
		c.OnUsageError = func(_ context.Context, cmd *cli.Command, err error, _ bool) error {
			return wrong("%w; see %s -help", err, cmd.FullName())
		}
	}
	return commands
}

func looks() []string {
	var names []string
	for _, preset := range catalogue.Presets() {
		names = append(names, string(preset))
	}
	return names
}

// list prints the known services, or one of them.
func list(_ context.Context, cmd *cli.Command) error {
	out := cmd.Root().Writer
	if cmd.NArg() > 1 {
		return wrong("one service at a time: charte services NAME")
	}
	if name := cmd.Args().First(); name != "" {
		entry, err := source.Service(name)
		if err != nil {
			return wrong("%w", err)
		}
		values, err := pairs(cmd.StringSlice("with"))
		if err != nil {
			return err
		}
		if err := source.Parameters(entry.Newest(), values); err != nil {
			return wrong("%w", err)
		}
		if cmd.Bool("json") {
			return printJSON(out, plainEntry(entry))
		}
		show(out, entry, values)
		return nil
	}
	entries, err := source.Services()
	if err != nil {
		return err
	}
	entries = slices.DeleteFunc(entries, func(e *services.Entry) bool {
		_, found := Rank(e, cmd.String("search"))
		return !found || !within(e, cmd.String("category"))
	})
	if cmd.Bool("json") {
		all := make([]entryJSON, len(entries))
		for i, e := range entries {
			all[i] = plainEntry(e)
		}
		return printJSON(out, all)
	}
	if len(entries) == 0 {
		fmt.Fprintln(out, "No known service is like that.")
		return nil
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, kind := range services.Kinds {
		first := true
		for _, e := range entries {
			if e.Kind != kind.Kind {
				continue
			}
			if first {
				fmt.Fprintf(table, "%s: %s\n", kind.Kind, kind.Holds)
				first = false
			}
			fmt.Fprintf(table, "  %s@%d\t%s\t%s\n", e.ID, e.Newest().Number, e.Name, e.Newest().Service.Category)
		}
	}
	return table.Flush()
}

func within(e *services.Entry, name string) bool {
	return name == "" || string(e.Kind) == name || string(e.Newest().Service.Category) == name
}

// pairs reads NAME=VALUE.
func pairs(texts []string) (map[string]string, error) {
	values := map[string]string{}
	for _, text := range texts {
		name, value, ok := strings.Cut(text, "=")
		if !ok || name == "" || value == "" {
			return nil, wrong("-with %q: write NAME=VALUE", text)
		}
		values[name] = value
	}
	return values, nil
}

// add writes a known service into a catalogue.
func add(_ context.Context, cmd *cli.Command) error {
	if cmd.NArg() != 2 {
		return wrong("which service, into which catalogue? charte add NAME FILE")
	}
	name, number, pinned := strings.Cut(cmd.Args().First(), "@")
	entry, err := source.Service(name)
	if err != nil {
		return wrong("%w", err)
	}
	edition := entry.Newest()
	if pinned {
		n, _ := strconv.Atoi(number)
		if edition = entry.Edition(n); edition == nil {
			return wrong("service %q has no edition %q; the newest is %s@%d", name, number, name, entry.Newest().Number)
		}
	}
	values, err := pairs(cmd.StringSlice("with"))
	if err != nil {
		return err
	}
	file := filepath.Clean(cmd.Args().Get(1))
	text, err := os.ReadFile(file)
	if err != nil {
		return wrong("the catalogue cannot be read: %w", err)
	}
	addition := Addition{Entry: entry, Edition: edition, Category: cmd.String("category"), With: values}
	if err := missing(addition); err != nil {
		return err
	}
	added, err := Add(file, string(text), addition)
	if err != nil {
		return fmt.Errorf("nothing is written, since the catalogue would have mistakes:\n%w", err)
	}
	fmt.Fprint(cmd.Root().Writer, udiff.Unified(file, file, string(text), added))
	if cmd.Bool("n") {
		return nil
	}
	return whole.WriteFile(file, []byte(added))
}

// missing says which parameters must be said. It is an error in the words of the command line.
func missing(a Addition) error {
	var flags []string
	for _, p := range a.Missing() {
		flags = append(flags, fmt.Sprintf("-with %s=%s (%s)", p.ID, p.Example, p.Text["en"]))
	}
	if len(flags) > 0 {
		return wrong("only you know this of %s: %s", a.Entry.Name, strings.Join(flags, ", "))
	}
	if err := source.Parameters(a.Edition, a.With); err != nil {
		return wrong("%w", err)
	}
	return nil
}

// begin asks six questions and writes a catalogue.
func begin(_ context.Context, cmd *cli.Command) error {
	file := filepath.Clean(cmd.String("o"))
	if _, err := os.Stat(file); !errors.Is(err, fs.ErrNotExist) {
		return wrong("%s is there already; name another file with -o", file)
	}
	ask := &questions{in: bufio.NewScanner(cmd.Root().Reader), out: cmd.Root().ErrWriter, yes: cmd.Bool("yes")}
	var s Site
	var names string
	languageList := ""
	for _, q := range []struct {
		flag, question, otherwise string
		into                      *string
		fault                     func(string) string
	}{
		{"name", "What is the site called?", "", &s.Name, filled},
		{"controller", "Which legal entity answers for it?", "", &s.Controller, filled},
		{"languages", "In which languages, the default one first?", "fr,en", &languageList, func(text string) string { return languageFault(words(text)) }},
		{"services", `Which services does it use? ("charte services" lists them; leave it empty for none)`, "", &names, servicesFault},
		{"look", "Which look: " + strings.Join(looks(), ", ") + "?", "neutral", &s.Look, func(text string) string {
			if !slices.Contains(looks(), text) {
				return fmt.Sprintf("there is no look %q", text)
			}
			return ""
		}},
		{"address", "In which folder will charte.js stand: /charte/ of the site, or https://…?", "/charte/", &s.Address, addressFault},
	} {
		answer, err := ask.answer(q.question, cmd.String(q.flag), q.otherwise, "-"+q.flag, q.fault)
		if err != nil {
			return err
		}
		*q.into = answer
	}
	s.Languages = words(languageList)
	given, err := pairs(cmd.StringSlice("with"))
	if err != nil {
		return err
	}
	var unknown []string
	for _, name := range words(names) {
		entry, err := source.Service(name)
		if err != nil {
			return wrong("%w", err)
		}
		a := Addition{Entry: entry, Edition: entry.Newest(), With: map[string]string{}}
		for key, value := range given {
			if of, parameter, _ := strings.Cut(key, "."); of == name {
				a.With[parameter] = value
			}
		}
		for _, p := range a.Edition.Parameters {
			if a.With[p.ID] != "" || !entry.Needs(a.Edition, p.ID) {
				continue
			}
			question := fmt.Sprintf("%s: %s? (such as %s)", entry.Name, p.Text["en"], p.Example)
			if a.With[p.ID], err = ask.answer(question, "", "", "-with "+name+"."+p.ID, func(value string) string {
				return faultOf(source.Parameters(a.Edition, map[string]string{p.ID: value}))
			}); err != nil {
				return err
			}
		}
		if err := missing(a); err != nil {
			return err
		}
		if facts := source.Unknown(entry, a.Edition); len(facts) > 0 {
			a.AcceptsUnknown = true
			unknown = append(unknown, entry.Name+": it is not known "+strings.Join(facts, ", nor ")+".")
		}
		s.Services = append(s.Services, a)
	}
	for key := range given {
		if of, _, _ := strings.Cut(key, "."); !slices.Contains(words(names), of) {
			return wrong("-with %s: write SERVICE.NAME=VALUE, with one of the services", key)
		}
	}
	text, err := New(file, s)
	if err != nil {
		return err
	}
	if err := whole.WriteFile(file, []byte(text)); err != nil {
		return err
	}
	schema := filepath.Join(filepath.Dir(file), source.SchemaFile)
	if err := whole.WriteFile(schema, source.Schema()); err != nil {
		return err
	}
	out := cmd.Root().Writer
	fmt.Fprintf(out, "%s is written, and %s, which editors read its keys from.\n", file, schema)
	for _, fact := range unknown {
		fmt.Fprintln(out, fact)
	}
	if len(unknown) > 0 {
		fmt.Fprintln(out, "Look in your browser, and say in the catalogue what you see. Until then the charter says that it is not published, or nothing.")
	}
	fmt.Fprintf(out, "\nNext:\n  charte check -strict %[1]s\n  charte build -catalogue %[1]s -o DIR\n\nPut DIR at %[2]s, and into every page:\n  %[3]s\n", file, s.Address, s.Tag())
	for _, a := range s.Services {
		fmt.Fprintf(out, "The tag of %s: charte services %s\n", a.Entry.Name, a.Entry.ID)
	}
	return nil
}

// questions are put to a person, or answered by what stands for their answers.
type questions struct {
	in  *bufio.Scanner
	out io.Writer
	yes bool // asks nothing
}

// answer returns what a flag says, or else what the person answers. An empty answer stands for
// otherwise. A person may try again; a flag may not.
func (q *questions) answer(question, said, otherwise, flag string, fault func(string) string) (string, error) {
	if said == "" && q.yes {
		said = otherwise
		if fault(said) != "" {
			return "", wrong("%s is missing: %s", flag, question)
		}
	}
	if said != "" || q.yes {
		if message := fault(said); message != "" {
			return "", wrong("%s: %s", flag, message)
		}
		return strings.TrimSpace(said), nil
	}
	for {
		fmt.Fprint(q.out, question+" ")
		if otherwise != "" {
			fmt.Fprintf(q.out, "[%s] ", otherwise)
		}
		if !q.in.Scan() {
			return "", wrong("no more answers; give them with flags, and -yes")
		}
		text := strings.TrimSpace(q.in.Text())
		if text == "" {
			text = otherwise
		}
		message := fault(text)
		if message == "" {
			return text, nil
		}
		fmt.Fprintln(q.out, "  "+message)
	}
}

func filled(text string) string {
	if strings.TrimSpace(text) == "" {
		return "this cannot be empty"
	}
	return ""
}

func servicesFault(text string) string {
	for _, name := range words(text) {
		if _, err := source.Service(name); err != nil {
			return err.Error()
		}
	}
	return ""
}

func addressFault(text string) string {
	if !strings.HasPrefix(text, "/") && !strings.HasPrefix(text, "https://") && !strings.HasPrefix(text, "http://") || strings.ContainsAny(text, "\"<> \r\n") {
		return "an address begins with / or https://, and has no space"
	}
	return ""
}

func faultOf(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// words reads a list, with commas or spaces between its words.
func words(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' })
}

// schema prints the JSON Schema of catalogues.
func schema(_ context.Context, cmd *cli.Command) error {
	if cmd.Args().Present() {
		return wrong("charte schema takes no name; see charte schema -help")
	}
	if file := cmd.String("o"); file != "" {
		return whole.WriteFile(filepath.Clean(file), source.Schema())
	}
	_, err := cmd.Root().Writer.Write(source.Schema())
	return err
}

func printJSON(w io.Writer, value any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(value)
}
