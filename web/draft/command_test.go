package draft

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/urfave/cli/v3"

	"charte/catalogue/source"
)

// run calls the command line with what a person types. It returns what is printed, and the exit
// status.
func run(t *testing.T, typed string, args ...string) (out, asked string, status int) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	root := &cli.Command{Name: "charte", Commands: Commands(), Reader: strings.NewReader(typed), Writer: &stdout, ErrWriter: &stderr,
		ExitErrHandler: func(context.Context, *cli.Command, error) {}}
	err := root.Run(t.Context(), append([]string{"charte"}, args...))
	if err != nil {
		status = 1
		if coded := cli.ExitCoder(nil); errors.As(err, &coded) {
			status = coded.ExitCode()
		}
		stderr.WriteString(err.Error())
	}
	return stdout.String(), stderr.String(), status
}

func TestServices(t *testing.T) {
	for _, test := range []struct {
		name   string
		args   []string
		status int
		has    []string
		not    string
	}{
		{"all", nil, 0, []string{"embed: videos", "  youtube@1 ", "  matomo@1 "}, ""},
		{"a search", []string{"-search", "YOUTUBE"}, 0, []string{"youtube@1"}, "matomo@1"},
		{"a search for a cookie", []string{"-search", "_pk_id"}, 0, []string{"matomo@1"}, "youtube@1"},
		{"a search for nothing", []string{"-search", "zebra"}, 0, []string{"No known service is like that."}, "youtube"},
		{"a category", []string{"-category", "statistics"}, 0, []string{"google-analytics@1"}, "youtube@1"},
		{"a kind", []string{"-category", "ads"}, 0, []string{"meta-pixel@1"}, "youtube@1"},
		{"one", []string{"youtube", "-with", "video=aqz-KE-bpKQ"}, 0, []string{"provider     Google, US, https://", "VISITOR_INFO1_LIVE", "  - use: youtube@1\n", `data-service="youtube"`, "/embed/aqz-KE-bpKQ"}, "{video}"},
		{"one on its own server", []string{"matomo"}, 0, []string{"on a server of its own", "with: { host: "}, ""},
		{"an unknown one", []string{"youtub"}, 2, []string{`service "youtub" is not known; did you mean youtube`}, ""},
		{"a parameter that is none", []string{"youtube", "-with", "film=1"}, 2, []string{`there is no parameter "film"`}, ""},
		{"a parameter with markup", []string{"youtube", "-with", `video="><script>`}, 2, []string{`which has no place in an address or a tag`}, ""},
		{"no value", []string{"youtube", "-with", "video"}, 2, []string{`write NAME=VALUE`}, ""},
		{"two", []string{"youtube", "vimeo"}, 2, []string{"one service at a time"}, ""},
		{"a flag that is none", []string{"-find", "a"}, 2, []string{"see charte services -help"}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			out, errs, status := run(t, "", append([]string{"services"}, test.args...)...)
			if status != test.status {
				t.Errorf("exit status %d, want %d", status, test.status)
			}
			for _, part := range test.has {
				if !strings.Contains(out+errs, part) {
					t.Errorf("lacks %q:\n%s%s", part, out, errs)
				}
			}
			if test.not != "" && strings.Contains(out, test.not) {
				t.Errorf("has %q:\n%s", test.not, out)
			}
		})
	}
}

func TestServicesJSON(t *testing.T) {
	out, _, status := run(t, "", "services", "-json")
	var all []entryJSON
	if err := json.Unmarshal([]byte(out), &all); err != nil || status != 0 {
		t.Fatalf("%v, exit status %d", err, status)
	}
	entries, err := source.Services()
	if err != nil {
		t.Fatal(err)
	}
	if len(all) != len(entries) {
		t.Errorf("%d services, want %d", len(all), len(entries))
	}
	for _, e := range all {
		if e.ID == "matomo" && (len(e.Exempt) == 0 || e.Provider != nil || len(e.Needs) != 1) {
			t.Errorf("%+v", e)
		}
	}
}

func TestAddCommand(t *testing.T) {
	file := filepath.Join(t.TempDir(), "mine.yaml")
	write := func() {
		if err := os.WriteFile(file, []byte(head), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, test := range []struct {
		name   string
		args   []string
		status int
		has    string
		writes bool
	}{
		{"a service", []string{"youtube", file}, 0, "+  - use: youtube@1", true},
		{"one that needs a host", []string{"matomo", file, "-with", "host=stats.example.org"}, 0, "+    with: { host: stats.example.org }", true},
		{"an edition", []string{"youtube@1", file}, 0, "+  - use: youtube@1", true},
		{"an edition that is not there", []string{"youtube@99", file}, 2, "the newest is youtube@1", false},
		{"only the difference", []string{"-n", "youtube", file}, 0, "+  - use: youtube@1", false},
		{"another category", []string{"youtube", file, "-category", "first-party"}, 0, "+    category: first-party", true},
		{"a category that is not there", []string{"youtube", file, "-category", "videos"}, 1, `category "videos" is not declared`, false},
		{"a host that is missing", []string{"matomo", file}, 2, "-with host=", false},
		{"a host with markup", []string{"matomo", file, "-with", "host=<b>"}, 2, "no place in an address", false},
		{"an unknown service", []string{"yuotube", file}, 2, "did you mean youtube", false},
		{"no file", []string{"youtube"}, 2, "charte add NAME FILE", false},
		{"a file that is not there", []string{"youtube", file + ".not"}, 2, "cannot be read", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			write()
			out, errs, status := run(t, "", append([]string{"add"}, test.args...)...)
			if status != test.status || !strings.Contains(out+errs, test.has) {
				t.Errorf("exit status %d, want %d, and %q in\n%s%s", status, test.status, test.has, out, errs)
			}
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if wrote := string(text) != head; wrote != test.writes {
				t.Errorf("written: %v, want %v", wrote, test.writes)
			}
			if _, err := source.File(file); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestNew: six answers, by a person or by flags, give a catalogue without a doubt.
func TestNew(t *testing.T) {
	for _, test := range []struct {
		name, typed string
		args        []string
		status      int
		has         string // in what is printed, or asked
		services    string
	}{
		{"by questions", "Portail de Rennes\nVille de Rennes\n\nyoutube, matomo\nsoft\n\nstats.example.org\n", nil, 0, "charte check -strict", "cookie-choice youtube matomo"},
		{"with wrong answers first", "\nPortail\nVille\nde\nfr\nyuotube\nyoutube\nround\nsoft\ncharte\n/charte/\n", nil, 0, `did you mean youtube`, "cookie-choice youtube"},
		{"by flags", "", []string{"-yes", "-name", `Le "portail" : d'été`, "-controller", "Ville: l'État #1", "-services", "matomo", "-with", "matomo.host=stats.example.org", "-languages", "en"}, 0, "charte build", "cookie-choice matomo"},
		{"nothing used", "", []string{"-yes", "-name", "Portail", "-controller", "Ville"}, 0, `<script src="/charte/charte.js" defer></script>`, "cookie-choice"},
		{"every exempt setting", "", []string{"-yes", "-name", "Portail", "-controller", "Ville", "-services", "matomo", "-with", "matomo.host=a.example", "-with", "EXEMPT"}, 0, "", "cookie-choice matomo"},
		{"no name", "", []string{"-yes", "-controller", "Ville"}, 2, "-name is missing", ""},
		{"no more answers", "Portail\n", nil, 2, "no more answers", ""},
		{"a language that is not there", "", []string{"-yes", "-name", "P", "-controller", "V", "-languages", "de"}, 2, "copy catalogue/default.yaml", ""},
		{"a host that is missing", "", []string{"-yes", "-name", "P", "-controller", "V", "-services", "matomo"}, 2, "-with matomo.host", ""},
		{"a value for nothing", "", []string{"-yes", "-name", "P", "-controller", "V", "-with", "matomo.host=a.example"}, 2, "write SERVICE.NAME=VALUE", ""},
		{"a look that is none", "", []string{"-yes", "-name", "P", "-controller", "V", "-look", "round"}, 2, `there is no look "round"`, ""},
		{"an address with markup", "", []string{"-yes", "-name", "P", "-controller", "V", "-address", `/"><script>`}, 2, "an address begins with /", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "catalogue.yaml")
			args := append([]string{"new", "-o", file}, test.args...)
			if args[len(args)-1] == "EXEMPT" {
				args = args[:len(args)-2]
				for _, setting := range addition(t, "matomo", nil).Edition.Exempt.Requires {
					args = append(args, "-with", "matomo."+setting.ID+"=true")
				}
			}
			out, asked, status := run(t, test.typed, args...)
			if status != test.status || !strings.Contains(out+asked, test.has) {
				t.Errorf("exit status %d, want %d, and %q in\n%s\n%s", status, test.status, test.has, out, asked)
			}
			if test.status != 0 {
				if _, err := os.Stat(file); err == nil {
					t.Error("a file was written")
				}
				return
			}
			var report bytes.Buffer
			if err := source.Report(&report, file, true); err != nil {
				t.Fatalf("%v\n%s", err, report.String())
			}
			c, err := source.File(file)
			if err != nil {
				t.Fatal(err)
			}
			var ids []string
			for _, s := range c.Services {
				ids = append(ids, string(s.ID))
				if s.ID == "matomo" && s.Exempt != (test.name == "every exempt setting") {
					t.Errorf("exempt: %v", s.Exempt)
				}
			}
			if got := strings.Join(ids, " "); got != test.services {
				t.Errorf("services %s, want %s", got, test.services)
			}
			if _, err := os.Stat(filepath.Join(filepath.Dir(file), "charte.schema.json")); err != nil {
				t.Error(err)
			}
		})
	}
	t.Run("a file that is there", func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "catalogue.yaml")
		if err := os.WriteFile(file, []byte(head), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, asked, status := run(t, "", "new", "-yes", "-name", "P", "-controller", "V", "-o", file); status != 2 || !strings.Contains(asked, "is there already") {
			t.Errorf("exit status %d, %s", status, asked)
		}
		if text, err := os.ReadFile(file); err != nil || string(text) != head {
			t.Errorf("the file is now %q, %v", text, err)
		}
	})
}

// TestNewEvery: a catalogue with any of the known services, or forty of them, passes the strict check.
func TestNewEvery(t *testing.T) {
	entries, err := source.Services()
	if err != nil {
		t.Fatal(err)
	}
	var all []Addition
	for _, e := range entries {
		a := Addition{Entry: e, Edition: e.Newest(), With: needed(e, nil), AcceptsUnknown: len(source.Unknown(e, e.Newest())) > 0}
		if _, err := New("c.yaml", Site{Name: "Portail", Controller: "Ville", Languages: []string{"fr", "en"}, Services: []Addition{a}, Address: "/charte/"}); err != nil {
			t.Errorf("%s: %v", e.ID, err)
		}
		all = append(all, a)
	}
	// An answer to all of them would not fit into the cookie.
	for first := range 20 {
		if _, err := New("c.yaml", Site{Name: "Portail", Controller: "Ville", Languages: []string{"fr", "en"}, Services: all[first : first+40], Address: "/charte/"}); err != nil {
			t.Errorf("forty of them, from %s on: %v", all[first].Entry.ID, err)
		}
	}
}

// TestHelp: every command says in -help what it does, with an example.
func TestHelp(t *testing.T) {
	for _, command := range Commands() {
		out, _, status := run(t, "", command.Name, "-help")
		if status != 0 || !strings.Contains(out, "Example: charte "+command.Name) {
			t.Errorf("%s: exit status %d\n%s", command.Name, status, out)
		}
	}
}

// FuzzDatabase: no file in place of the database stops the comparison.
func FuzzDatabase(f *testing.F) {
	const names = "Platform,Category,Cookie / Data Key name,Retention period,Wildcard match\n"
	for _, seed := range []string{names + "G,Analytics,_ga,2 years,0\n", names + "G,Analytics,,,1\n", names + "\"", "a", names + "G,Analytics,*,-1 days,1\n"} {
		f.Add(seed)
	}
	c, err := source.Embedded("demo")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		rows, err := readDatabase(strings.NewReader(text))
		if err != nil {
			return
		}
		var b bytes.Buffer
		compare(&b, c, rows)
		if !strings.Contains(b.String(), "The database has ") {
			t.Errorf("said %q", b.String())
		}
	})
}

// TestAgainst: the owner's copy of the Open Cookie Database is compared with a catalogue.
func TestAgainst(t *testing.T) {
	database := filepath.Join(t.TempDir(), "open-cookie-database.csv")
	text := "ID,Platform,Category,Cookie / Data Key name,Domain,Description,Retention period,Data Controller,User Privacy & GDPR Rights Portals,Wildcard match\n" +
		"1,Google Analytics,Analytics,_ga,x,\"Counts \"visits\", and more\",2 years,Google,https://x,0\n" +
		"2,Google Analytics,Analytics,_ga_,x,Keeps state,1 day,Google,https://x,1\n" +
		"3,Django,Marketing,sessionid,x,Session,14 days,x,https://x,0\n" +
		"4,Nobody,Functional,zebra,x,x,unknown,x,https://x,0\n"
	if err := os.WriteFile(database, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := Against(&b, "../../catalogue/demo.yaml", database); err != nil {
		t.Fatal(err)
	}
	const want = `differs: cookie "sessionid" of "authentication": necessary here, Marketing there (Django)
differs: cookie "_ga_*" of "google-analytics": kept 2 years here, "1 day" there (Google Analytics)
The database has 3 of the cookies, and says 2 things otherwise. It is wrong in places: look at the maker's own page.

`
	if b.String() != want {
		t.Errorf("said\n%s\nwant\n%s", b.String(), want)
	}
	for content, fault := range map[string]string{"": "no CSV", "a,b\n1,2\n": "not the Open Cookie Database"} {
		if err := os.WriteFile(database, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := Against(&b, "../../catalogue/demo.yaml", database); err == nil || !strings.Contains(err.Error(), fault) {
			t.Errorf("%q: %v, want %q", content, err, fault)
		}
	}
	if err := Against(&b, "../../catalogue/demo.yaml", database+".not"); err == nil {
		t.Error("a file that is not there is no error")
	}
}
