package editor

import (
	"strconv"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"charte/web/workbench/desk"
)

// An OffersDialog takes a file, shows what it has to add, and adds what is ticked.
type OffersDialog struct {
	app.Compo

	Kit     *DialogKit
	Opening int
	File    *droppedFile // that was dropped on the page; nil for none

	home    app.Context // the component's own; that of an event is its element's, which may go
	reading string      // the name of the file that the server looks at; "" for none
	asked   int         // counts the files; an answer about an earlier one comes too late
	offer   *desk.Offer
	left    map[string]bool // the items that are not ticked
	over    bool            // whether a file is above the zone
	taking  bool
	taken   int // how many were added; 0 before
	fault   string
}

// CompoID implements app.DismountEnforcer.
func (o *OffersDialog) CompoID() string { return strconv.Itoa(o.Opening) }

// OnMount implements app.Mounter.
func (o *OffersDialog) OnMount(ctx app.Context) {
	o.home = ctx
	showDialog(ctx)
	if o.File != nil {
		o.give(ctx, *o.File)
	}
}

// OnUpdate implements app.Updater: a file was dropped on the page while the dialog was open.
func (o *OffersDialog) OnUpdate(ctx app.Context) {
	if o.File != nil {
		o.give(ctx, *o.File)
	}
}

// give gives a file to the server.
func (o *OffersDialog) give(ctx app.Context, f droppedFile) {
	o.asked++
	asked := o.asked
	o.offer, o.left, o.taken, o.fault, o.over, o.reading = nil, map[string]bool{}, 0, "", false, ""
	switch {
	case f.Size > mostDropped:
		o.fault = o.Kit.Say("offers.large", "name", f.Name, "most", dialogNumber(mostDropped>>20))
		return
	case len(f.Data) == 0:
		o.fault = o.Kit.Say("offers.empty", "name", f.Name)
		return
	}
	o.reading = f.Name
	o.Kit.Desk.Drop(f.Name, f.Data, func(offer desk.Offer, err error) {
		ctx.Dispatch(func(ctx app.Context) {
			if o.asked != asked {
				return
			}
			o.reading = ""
			if err != nil {
				o.fault = o.Kit.fault(err)
				return
			}
			o.offer = &offer
			focusInside(ctx, "h3")
		})
	})
}

// ticked lists the items to take, in the offer's order.
func (o *OffersDialog) ticked() []string {
	var ids []string
	for _, item := range o.offer.Items {
		if !o.left[item.ID] {
			ids = append(ids, item.ID)
		}
	}
	return ids
}

// tick ticks all items, or none.
func (o *OffersDialog) tick(all bool) {
	for _, item := range o.offer.Items {
		o.left[item.ID] = !all
	}
}

// take has the server add what is ticked.
func (o *OffersDialog) take(ctx app.Context) {
	ids := o.ticked()
	o.fault = ""
	if o.taking {
		return
	}
	if len(ids) == 0 {
		o.fault = o.Kit.Say("offers.none")
		return
	}
	o.taking = true
	o.Kit.Desk.Take(o.offer.ID, ids, func(state desk.State, err error) {
		ctx.Dispatch(func(ctx app.Context) {
			o.taking = false
			if err != nil {
				o.fault = o.Kit.fault(err)
				return
			}
			o.taken = len(ids)
			ctx.NewActionWithValue(ActionDeskState, state)
			focusInside(ctx, "h3")
		})
	})
}

// Render implements app.Composer.
func (o *OffersDialog) Render() app.UI {
	status := ""
	if o.reading != "" {
		status = o.Kit.Say("offers.reading", "name", o.reading)
	}
	body := []app.UI{
		o.zone(),
		app.P().Class("count").Role("status").Text(status),
		dialogProblem(o.fault),
	}
	var foot []app.UI
	switch {
	case o.taken > 0:
		body = append(body, o.result())
		foot = []app.UI{app.Button().Type("button").Class("primary").Text(o.Kit.Say("offers.close")).OnClick(closeDialog, app.EventScope("taken"))}
	case o.offer != nil:
		body = append(body, o.offered()...)
		if len(o.offer.Items) > 0 {
			foot = []app.UI{app.Button().Type("button").Class("primary").Aria("disabled", o.taking).
				Text(o.Kit.Count("offers.take", len(o.ticked()))).
				OnClick(func(app.Context, app.Event) { o.take(o.home) }, app.EventScope("take"))}
		}
	}
	return dialogFrame(DialogOffers, o.Opening, o.Kit.Say("offers.title"), o.Kit.Say("offers.close"), body, foot)
}

// zone is where a file is dropped. The field in it does the same by keyboard.
func (o *OffersDialog) zone() app.UI {
	zone := app.Div().Class("drop")
	if o.over {
		zone.Class("over")
	}
	if o.offer != nil {
		zone.Class("small")
	}
	return zone.
		On("dragenter", func(app.Context, app.Event) { o.over = true }).
		On("dragleave", func(ctx app.Context, e app.Event) {
			if !ctx.JSSrc().Call("contains", e.Get("relatedTarget")).Bool() {
				o.over = false
			}
		}).
		Body(
			app.P().Class("drop-title").Text(o.Kit.Say("offers.drop")),
			app.P().ID("offers-hint").Class("hint").Text(o.Kit.Say("offers.hint")),
			app.Input().ID("offers-file").Class("unseen").Type("file").Accept(".json,.js,.mjs,.ts,.html,.htm").
				Aria("describedby", "offers-hint").
				OnChange(func(ctx app.Context, _ app.Event) {
					field := ctx.JSSrc()
					readFile(field.Get("files").Index(0), func(f droppedFile) {
						ctx.Dispatch(func(app.Context) { o.give(o.home, f) })
					})
				}),
			// The browser's own button would speak the browser's language, not the page's.
			app.Label().For("offers-file").Class("button").Text(o.Kit.Say("offers.choose")),
		)
}

// offered is what the file has to add, and what cannot be added.
func (o *OffersDialog) offered() []app.UI {
	offer := o.offer
	about := o.Kit.Say("offers.about."+offer.Kind, "file", offer.File)
	parts := []app.UI{
		app.H3().TabIndex(-1).Text(about),
		app.If(offer.About != "", func() app.UI { return dialogText("", offer.About) }),
	}
	if len(offer.Items) == 0 {
		parts = append(parts, dialogText("note", o.Kit.Say("offers.nothing")))
	} else {
		parts = append(parts,
			app.FieldSet().Class("offers-items").Body(
				app.Legend().Text(o.Kit.Say("offers.items")),
				app.If(len(offer.Items) > 2, func() app.UI {
					return app.Div().Class("buttons").Body(
						app.Button().Type("button").Class("quiet").Text(o.Kit.Say("offers.all")).OnClick(func(app.Context, app.Event) { o.tick(true) }),
						app.Button().Type("button").Class("quiet").Text(o.Kit.Say("offers.no")).OnClick(func(app.Context, app.Event) { o.tick(false) }),
					)
				}),
				app.Range(offer.Items).Slice(func(i int) app.UI { return o.item(offer.ID, offer.Items[i]) }),
			))
	}
	if len(offer.Has) > 0 {
		parts = append(parts, dialogText("", o.Kit.Count("offers.has", len(offer.Has))+" "+strings.Join(offer.Has, ", ")))
	}
	if offer.Kind == "import" {
		parts = append(parts, dialogText("note", o.Kit.Say("offers.look")))
	}
	if len(offer.Remarks) > 0 {
		parts = append(parts, app.Section().Class("offers-remarks").Body(
			app.H4().Text(o.Kit.Count("offers.remarks", len(offer.Remarks))),
			app.Ul().Body(app.Range(offer.Remarks).Slice(func(i int) app.UI { return app.Li().Text(offer.Remarks[i]) })),
		))
	}
	return parts
}

func (o *OffersDialog) item(offer string, item desk.OfferItem) app.UI {
	return app.Div().Class("offers-item").Body(
		app.Label().Class("check").Body(
			app.Input().Type("checkbox").Name(item.ID).Checked(!o.left[item.ID]).
				OnChange(func(ctx app.Context, _ app.Event) { o.left[item.ID] = !ctx.JSSrc().Get("checked").Bool() }, app.EventScope(offer, item.ID)),
			app.Span().Text(o.Kit.Say("offers.kind."+string(item.Kind), "title", item.Title)),
			app.If(item.Todo > 0, func() app.UI {
				return app.Span().Class("chip").Text(o.Kit.Count("offers.todo", item.Todo))
			}),
		),
		app.If(len(item.Lines) > 0, func() app.UI {
			return app.Details().Body(
				app.Summary().Text(o.Kit.Count("offers.lines", len(item.Lines))),
				dialogLines(item.Lines),
			)
		}),
	)
}

// dialogLines shows lines of a file as they are written.
func dialogLines(all []string) app.UI {
	return app.Pre().Body(app.Code().Attr("translate", "no").Text(strings.Join(all, "\n")))
}

// result says what was added, and what is left to do.
func (o *OffersDialog) result() app.UI {
	todo := 0
	for _, item := range o.offer.Items {
		if !o.left[item.ID] {
			todo += item.Todo
		}
	}
	return app.Section().Body(
		app.H3().TabIndex(-1).Text(o.Kit.Count("offers.taken", o.taken)),
		app.If(todo > 0, func() app.UI { return dialogText("", o.Kit.Count("offers.left", todo)) }),
		dialogText("", o.Kit.Say("offers.undo")),
	)
}
