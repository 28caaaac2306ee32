package workbench

import (
	"fmt"
	"html"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
)

// openers are the commands that open a file in the browser, by operating system. xdg-open is for
// all others.
var openers = map[string][]string{
	"darwin":  {"open"},
	"windows": {"rundll32", "url.dll,FileProtocolHandler"},
}

// open opens an address in the browser. Everybody on the machine can read the words of a command,
// so that the address goes into a file that only this user can read, and which leads the browser
// on. The caller erases the file once the workbench ends, also where there is an error.
func open(address string) (erase func(), err error) {
	dir, err := os.MkdirTemp("", "charte-edit") // for its owner only
	if err != nil {
		return func() {}, err
	}
	erase = func() { os.RemoveAll(dir) }
	file := filepath.Join(dir, "charte.html")
	page := fmt.Sprintf("<!doctype html>\n<meta charset=\"utf-8\">\n<meta name=\"referrer\" content=\"no-referrer\">\n<meta http-equiv=\"refresh\" content=\"0; url=%[1]s\">\n<title>Charte</title>\n<a href=\"%[1]s\">Charte</a>\n", html.EscapeString(address))
	if err := os.WriteFile(file, []byte(page), 0o600); err != nil {
		return erase, err
	}
	opener := openers[runtime.GOOS]
	if opener == nil {
		opener = []string{"xdg-open"}
	}
	cmd := exec.Command(opener[0], append(opener[1:], file)...)
	if err := cmd.Start(); err != nil {
		return erase, err
	}
	go cmd.Wait() // it ends by itself; nobody waits for the browser
	return erase, nil
}
