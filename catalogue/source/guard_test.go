package source

import (
	"strings"
	"testing"

	"charte/catalogue"
)

// TestGuardDoubts: a catalogue with a guard names the hosts of what asks, and allows none of them to
// everybody.
func TestGuardDoubts(t *testing.T) {
	const services = "  - {id: own, category: statistics, provider: portal, name: {fr: A, en: A}, purpose: {fr: Compter, en: Count}}\n"
	read := func(site, video string) string {
		text := strings.Replace(using, "site: {", "site: {"+site+", ", 1) + services + "  - use: player@1\n    acceptsUnknown: true\n" + video
		d := newDecoder("c.yaml")
		d.known = shelf
		if _, err := d.read([]byte(text)); err != nil {
			t.Fatal(err)
		}
		d = newDecoder("c.yaml")
		d.known = shelf
		warnings, _ := d.doubts([]byte(text))
		return warnings.Error()
	}
	for _, test := range []struct{ name, site, video, want string }{
		{"the hosts of a known service", "guard: enforce", "", ""},
		{"none of them", "guard: enforce", "    hosts: []\n", `c.yaml:10:5: service "player": hosts is missing, so the guard stops its requests even once it is granted; list those that it loads from`},
		{"another host of the site", "guard: report, hosts: [{host: cdn.example, kind: script}]", "", ""},
		{"the same host", `guard: report, hosts: [{host: a.example, kind: font}, {host: "*.maker.example", kind: script}]`, "", `c.yaml:2:62: host "*.maker.example" is one of service "player", which asks; under site it is allowed whatever the visitor answers`},
		{"a host around it", `guard: report, hosts: [{host: "*.maker.example", kind: script}]`, "    hosts: [{host: play.maker.example, kind: frame}]\n", `c.yaml:2:31: host "*.maker.example" is one of service "player", which asks; under site it is allowed whatever the visitor answers`},
		{"without a guard", `hosts: [{host: "*.maker.example", kind: script}]`, "    hosts: []\n", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := read(test.site, test.video); got != test.want {
				t.Errorf("said\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

// TestGuardSummary: "charte check" says what the guard does.
func TestGuardSummary(t *testing.T) {
	for guard, want := range map[catalogue.Guard]string{
		"": "", catalogue.GuardReport: "guard          reports what the visitor has not allowed, and lets it pass\n",
		catalogue.GuardEnforce: "guard          stops what the visitor has not allowed\n",
	} {
		c, err := Embedded("demo")
		if err != nil {
			t.Fatal(err)
		}
		c.Site.Guard = guard
		if got := Summary(c); !strings.Contains(got, want) || want == "" && strings.Contains(got, "guard") {
			t.Errorf("guard %q: got\n%s", guard, got)
		}
	}
}
