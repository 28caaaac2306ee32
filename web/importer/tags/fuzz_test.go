package tags

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// peers are those whose tags are known, and files the kinds of templates.
var (
	peers = []string{"vanilla-cookieconsent 3", "Orejime 3", "Klaro 0.7", "tarteaucitron", "c15t"}
	files = []string{"a.html", "a.php", "a.ftl", "a.svelte", "a.astro", "a.jsx"}
)

// FuzzRewrite: nothing panics. What is around the changes stays as it is, byte for byte, and so do the
// texts in the changes that are said to have been there. A second time, nothing changes.
func FuzzRewrite(f *testing.F) {
	pages, err := filepath.Glob("testdata/[gp]a*/*")
	if err != nil || len(pages) == 0 {
		f.Fatal(err)
	}
	for _, page := range pages {
		text, err := os.ReadFile(page)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text), uint8(len(text)), uint8(0))
	}
	for i, text := range []string{
		`<script {{a}}type=text/plain data-category=analytics{%b%}`, `<template data-purpose=matomo><template><iframe src=a></iframe></template>`,
		`<div class=youtube_player videoID='a"b'></div>`, `<script>klaro.show(`, "<?php <% ${ {{{ {# <#if", `<script>CookieConsent.run(((`, `<a href="javascript:klaro.show()`,
	} {
		for peer := range peers {
			f.Add(text, uint8(peer), uint8(i))
		}
	}
	f.Fuzz(func(t *testing.T, text string, peer, file uint8) {
		m := names(peers[int(peer)%len(peers)])
		name := files[int(file)%len(files)]
		before := []byte(text)
		out, changes, _ := Rewrite(name, before, m)
		if string(before) != text {
			t.Fatal("the text itself is changed")
		}
		at, after := 0, 0
		for _, c := range changes {
			if c.Start < at || c.End < c.Start || c.Before != text[c.Start:c.End] {
				t.Fatalf("%+v is not what stands there, or overlaps another", c)
			}
			around := text[at:c.Start]
			if !bytes.HasPrefix(out[after:], []byte(around+c.After)) {
				t.Fatalf("before byte %d, something else has changed", c.Start)
			}
			after += len(around) + len(c.After)
			at = c.End
		}
		if string(out[after:]) != text[at:] {
			t.Fatal("after the last change, something else has changed")
		}
		again, more, _ := Rewrite(name, out, m)
		if len(more) > 0 || !bytes.Equal(again, out) {
			t.Fatalf("a second time, %+v", more)
		}
	})
}

// FuzzMask: what is masked is as long as it was, and only template code is.
func FuzzMask(f *testing.F) {
	f.Add("a{{ b }}<% c %>${d}", uint8(0))
	f.Add("<#if (a > b)>{a}</#if>", uint8(2))
	f.Fuzz(func(t *testing.T, text string, file uint8) {
		masked, code, _ := mask(files[int(file)%len(files)], []byte(text))
		if len(masked) != len(text) {
			t.Fatalf("%d bytes become %d", len(text), len(masked))
		}
		same := []byte(text)
		if !slices.IsSortedFunc(code, func(a, b span) int { return a.end - b.start }) {
			t.Fatalf("%v overlap", code)
		}
		for _, c := range code {
			copy(same[c.start:c.end], masked[c.start:c.end])
		}
		if !bytes.Equal(same, masked) {
			t.Fatal("something else is masked")
		}
	})
}

// FuzzAsked holds that any JavaScript is looked through, and that what is found stands in it.
func FuzzAsked(f *testing.F) {
	for _, seed := range []string{
		"tarteaucitron.job.push('gtag')", "// tarteaucitron.job.push(a)\n/* */ tarteaucitron.services['a'] = {}",
		"'<p class=\"youtube_player\">'", "(tarteaucitron.job = tarteaucitron.job || []).push(\"", "/*",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		lines := strings.Count(text, "\n") + 1
		for _, l := range asked("a.js", []byte(text), names("tarteaucitron")) {
			if l.Place.Line < 1 || l.Place.Line > lines || l.Why == "" {
				t.Errorf("%+v of %d lines", l, lines)
			}
		}
	})
}
