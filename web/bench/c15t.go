package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/evanw/esbuild/pkg/api"

	"charte/web/npm"
)

// c15tReleases are c15t for React, and all that it needs. The first is c15t itself.
var c15tReleases = []npm.Release{
	{Name: "@c15t/react", Version: "2.2.1", Integrity: "sha512-Xl/KPHGBDekRwH+k09fAyNXUI2GirDAWz/R87Yr+htsp+b66A51yMN2hzJCcH1gxm4MLjOzDqHP1nAE/fRJ09Q=="},
	{Name: "@c15t/ui", Version: "2.2.1", Integrity: "sha512-OlmEhScePX3xF+sPNWemLZaiJv80KuxsuxTf+Ip0ImREGeXdaOIG7Hp6IBU+8IOeJ723Q4LlD74gyV2NgTbXIQ=="},
	{Name: "c15t", Version: "2.2.1", Integrity: "sha512-6/yePflfCveo6Q1qMsX3DaKyE2OEuy41PBIl61Z7wScvJkIos3fky2RvBe8p+cScIGM0AbGoXvSEkOxbBda75g=="},
	{Name: "@c15t/schema", Version: "2.2.0", Integrity: "sha512-rj6H1AlbbSnioNaw9Cvoc3vCchVAV/55Jd/6wrzhzW+2z2ByUyf+pDvZXQnAm0KMfsuQ8oDgqNqmPdqD1aJNFw=="},
	{Name: "@c15t/translations", Version: "2.2.1", Integrity: "sha512-JgYXn+bTyys/7e7SMfu19zVBlW1cED6/CqJ5mbOmmfMr9MSkaAq0/UK/6/29FhcfCJKmHq+kQqKa0igX86mJeA=="},
	{Name: "zustand", Version: "5.0.14", Integrity: "sha512-/8tAspM5LMPr28b3fwLYrtdj77ECpfZviaP75CMTnwO8ISyaE4GDIG/9rDDYq/cH9D2Xw2A2RXglLInmVBQB/g=="},
	{Name: "valibot", Version: "1.4.2", Integrity: "sha512-gjdCvJ6d3RyHAneqxMYMW9QMCwYMb3jpOO0IyHZV1bnRHFBHrX3VkIILt5XYR0WhwHiH7Mty8ovuPZ/O3gamrg=="},
	{Name: "react", Version: "19.2.9", Integrity: "sha512-RuLdAokXv3sRmZa2/N8QH0KmTBIgDKC+buRUikGqow31+mGSGidLCX2o4XFq8OV+xBFWfhM9DVgTq1PPHADH4w=="},
	{Name: "react-dom", Version: "19.2.9", Integrity: "sha512-YceU74W21fXEHszKBLj16MY0CmvpFKOs60iVrIyW/cCgOPsZJNaB6GVJEtIUqt6AG6EjzKLui5lPRrxAeS328Q=="},
	{Name: "scheduler", Version: "0.27.0", Integrity: "sha512-eNv+WrVbKu1f3vbYJT/xtiF5syA5HPIMtf9IgY/nKg0sWqzAUEvqY/xm7OcZc/qafLx/iO9FgOmeSAp4v5ti/Q=="},
}

// c15tJSX is the site's program, which has c15t in it.
//
//go:embed c15t.jsx
var c15tJSX string

// c15tFiles bundles c15t as a site that uses React would: one script and one style sheet,
// minified, by their names.
func c15tFiles(ctx context.Context) (map[string][]byte, error) {
	dir, err := os.MkdirTemp("", "charte-c15t-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	for _, r := range c15tReleases {
		files, err := r.Files(ctx)
		if err != nil {
			return nil, err
		}
		for name, data := range files {
			if !filepath.IsLocal(name) {
				return nil, fmt.Errorf("%s@%s has a file outside of its folder: %s", r.Name, r.Version, name)
			}
			file := filepath.Join(dir, "node_modules", filepath.FromSlash(r.Name), name)
			if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o755), os.WriteFile(file, data, 0o644)); err != nil {
				return nil, err
			}
		}
	}
	result := api.Build(api.BuildOptions{
		Stdin:             &api.StdinOptions{Contents: c15tJSX, ResolveDir: dir, Sourcefile: "c15t.jsx", Loader: api.LoaderJSX},
		Outfile:           filepath.Join(dir, "c15t.js"),
		Bundle:            true,
		Format:            api.FormatIIFE,
		Platform:          api.PlatformBrowser,
		JSX:               api.JSXAutomatic,
		Define:            map[string]string{"process.env.NODE_ENV": `"production"`},
		MinifySyntax:      true,
		MinifyWhitespace:  true,
		MinifyIdentifiers: true,
		LegalComments:     api.LegalCommentsNone,
	})
	if len(result.Errors) > 0 {
		return nil, fmt.Errorf("esbuild cannot bundle c15t: %s", result.Errors[0].Text)
	}
	files := map[string][]byte{}
	for _, file := range result.OutputFiles {
		files[filepath.Base(file.Path)] = file.Contents
	}
	return files, nil
}

// c15tCategories are c15t's names for the demo's categories. It has five, and a site
// cannot add any.
var c15tCategories = []string{"measurement", "functionality", "marketing", "experience"}

// c15tHead embeds c15t in its offline mode, which needs no backend. It asks for consent
// by category, not by service, and lists no services. The options are in a global
// variable, and the site's program is deferred.
func c15tHead(s site, _ page) (string, error) {
	type object = map[string]any
	w := s.view.Words
	names := []string{"necessary"}
	types := object{}
	gatedBy := ""
	for _, c := range s.view.Categories {
		name := "necessary"
		if !c.Necessary {
			if len(names) > len(c15tCategories) {
				return "", fmt.Errorf("c15t has %d categories, and the catalogue has more", len(names))
			}
			name = c15tCategories[len(names)-1]
			names = append(names, name)
		}
		if c.ID == s.category.ID {
			gatedBy = name
		}
		types[name] = object{"title": c.Name, "description": c.Description}
	}
	options, err := json.Marshal(object{
		"mode": "offline", "consentCategories": names,
		"overrides": object{"country": "FR", "language": "fr"},
		"i18n": object{"locale": "fr", "detectBrowserLanguage": false, "messages": object{"fr": object{
			"common":               object{"acceptAll": w.AcceptAll, "rejectAll": w.RefuseAll, "customize": w.Customise, "save": w.Save},
			"cookieBanner":         object{"title": w.Notice.Title, "description": s.plainNotice()},
			"consentManagerDialog": object{"title": w.Settings.Title, "description": w.Settings.Body},
			"consentTypes":         types,
		}}},
		"scripts": []object{{"id": s.gated.ID, "category": gatedBy, "textContent": "gated()"}},
	})
	if err != nil {
		return "", err
	}
	return fmt.Sprintf(`<link rel="stylesheet" href="/peers/c15t.css"><script>var c15tOptions=%s</script><script src="/peers/c15t.js" defer></script>`, options), nil
}
