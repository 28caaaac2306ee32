package banner

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"charte/catalogue"
)

// A CookieList is every cookie of the catalogue: a table per category, its
// rows grouped by provider, with the columns of the charter and the lifetime.
type CookieList struct {
	app.Compo

	View *catalogue.View

	// Whole says to render every row at once, as a printed page must.
	Whole bool
}

// Render implements app.Composer.
func (l *CookieList) Render() app.UI {
	return app.Section().
		DataSet("charte", "list").
		Attr("part", "list").
		Aria("labelledby", "list-title").
		Body(
			app.H3().ID("list-title").Text(l.View.Words.List.Show),
			app.Range(l.View.Categories).Slice(func(i int) app.UI {
				return &CookieTable{View: l.View, Category: i, Whole: l.Whole}
			}),
		)
}

// A catalogue may declare thousands of cookies, of which a visitor sees a dozen.
// So a table shows firstRows rows at first, and then chunkRows more at a time.
const (
	firstRows = 10
	chunkRows = 100
)

// A CookieTable is the cookies of one category. Only the start of a long table is
// rendered. More rows follow as the visitor comes near the end.
type CookieTable struct {
	app.Compo

	View     *catalogue.View
	Category int // index in View.Categories

	// Whole says to render every row at once, as a printed page must.
	Whole bool

	table  *cookieRows
	chunks int // how often chunkRows were added to firstRows
}

// cookieRows are the rows of a table, made once and shared by its chunks.
type cookieRows struct {
	words    catalogue.ListWords
	services []catalogue.ServiceView
	rows     []row
}

// Render implements app.Composer. A category without cookies is said to have
// none: an empty table would read as a fault.
func (t *CookieTable) Render() app.UI {
	category := t.View.Categories[t.Category]
	if t.table == nil {
		t.table = &cookieRows{t.View.Words.List, category.Services, rowsOf(category.Services)}
	}
	rows, shown := len(t.table.rows), firstRows+chunkRows*t.chunks
	if t.Whole {
		shown = rows
	}
	if rows == 0 {
		return app.P().Class("none").Body(
			app.B().Text(category.Name), app.Br(), app.Text(t.View.Words.Settings.None))
	}
	columns := t.table.columns()
	body := []app.UI{
		app.Caption().Text(category.TableTitle),
		app.THead().Body(app.Tr().Body(
			app.Range(columns).Slice(func(i int) app.UI { return app.Th().Scope("col").Text(columns[i]) }),
		)),
	}
	for from, to := 0, firstRows; from < min(rows, shown); from, to = to, to+chunkRows {
		if t.Whole {
			to = rows
		}
		body = append(body, &CookieChunk{Table: t.table, From: from, To: min(rows, to)})
	}
	return app.Div().Body(
		app.Table().Attr("part", "table").Body(body...),
		app.If(shown < rows, func() app.UI {
			return &More{Text: t.View.Words.List.More, Show: func(ctx app.Context) {
				ctx.Dispatch(func(app.Context) { t.chunks++ })
			}}
		}),
	)
}

// columns are the headings, in order.
func (r *cookieRows) columns() []string {
	return []string{r.words.Provider, r.words.Service, r.words.Cookie, r.words.Purpose, r.words.Lifetime}
}

// A CookieChunk is some rows of a table. It is a component of its own so that
// go-app does not compare its rows again when others are added.
type CookieChunk struct {
	app.Compo

	Table    *cookieRows
	From, To int // indices of its first row and of the one after its last
}

// Render implements app.Composer.
func (c *CookieChunk) Render() app.UI {
	rows := c.Table.rows[c.From:c.To]
	return app.TBody().Body(app.Range(rows).Slice(func(i int) app.UI { return c.Table.row(rows[i]) }))
}

// row is one cookie. Its cells repeat their column's name for the narrow
// layout, where the rows become cards.
func (c *cookieRows) row(r row) app.UI {
	w := c.words
	service := c.services[r.service]
	cookie := service.Cookies[r.cookie]
	label := service.Name
	if service.Location != "" {
		label += " (" + service.Location + ")"
	}
	name := []app.UI{app.Code().Attr("translate", "no").Text(cookie.Name)}
	switch cookie.Kind {
	case catalogue.KindLocalStorage:
		name = append(name, app.Text(" "+w.LocalStorage))
	case catalogue.KindSessionStorage:
		name = append(name, app.Text(" "+w.SessionStorage))
	case catalogue.KindIndexedDB:
		name = append(name, app.Text(" "+w.IndexedDB))
	}
	return app.Tr().Body(
		app.Td().DataSet("label", w.Provider).Body(providerName(service)),
		app.Td().DataSet("label", w.Service).Text(label),
		app.Th().Scope("row").DataSet("label", w.Cookie).Body(name...),
		app.Td().DataSet("label", w.Purpose).Text(cookie.Purpose),
		app.Td().DataSet("label", w.Lifetime).Text(cookie.Lifetime),
	)
}

// A row is one cookie: the index of its service, and its own in that service. A
// row holds no pointer, so the garbage collector need not look into 10,000 rows.
type row struct{ service, cookie int }

// rowsOf lists the cookies of services. The cookies of one provider stand
// together, and providers are in the order in which they first appear.
func rowsOf(services []catalogue.ServiceView) []row {
	var rows []row
	done := map[string]bool{}
	for _, first := range services {
		if done[first.Provider] {
			continue
		}
		done[first.Provider] = true
		for i, s := range services {
			if s.Provider != first.Provider {
				continue
			}
			for j := range s.Cookies {
				rows = append(rows, row{i, j})
			}
		}
	}
	return rows
}
