package editor

import "github.com/maxence-charriere/go-app/v10/pkg/app"

// mostDropped is how many bytes a dropped file may have, as the server has it.
const mostDropped = 8 << 20

// A droppedFile is a file that somebody has dropped on the page, or chosen with a button.
type droppedFile struct {
	Name string
	Data []byte
	Size int // in bytes; Data is nil if it is more than mostDropped
}

// hasFiles reports whether what is dragged are files. Text that is dragged within the page is not for
// us.
func hasFiles(event app.Value) bool {
	data := event.Get("dataTransfer")
	return data.Truthy() && data.Get("types").Call("includes", "Files").Truthy()
}

// readFile reads a File of the browser, and calls then with it. A folder, which cannot be read, is a
// file without a byte.
func readFile(file app.Value, then func(droppedFile)) {
	if !file.Truthy() {
		return
	}
	f := droppedFile{Name: file.Get("name").String(), Size: file.Get("size").Int()}
	if f.Size > mostDropped {
		then(f)
		return
	}
	var read, failed app.Func
	release := func() { read.Release(); failed.Release() }
	read = app.FuncOf(func(_ app.Value, args []app.Value) any {
		array := app.Window().Get("Uint8Array").New(args[0])
		f.Data = make([]byte, array.Length())
		app.CopyBytesToGo(f.Data, array)
		then(f)
		release()
		return nil
	})
	failed = app.FuncOf(func(app.Value, []app.Value) any {
		f.Size, f.Data = 0, []byte{}
		then(f)
		release()
		return nil
	})
	file.Call("arrayBuffer").Call("then", read, failed)
}
