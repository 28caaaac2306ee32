// Command throughput measures Charte's server beside nginx, both sending the
// same files, and prints a table in Markdown:
//
//	go run ./web/bench/throughput              # requests a second, medians of 5 rounds
//	go run ./web/bench/throughput -soak 10m    # and its memory under full load for 10 minutes
//
// nginx has the rules that "charte build" writes for it, a worker for every core, and
// no log. Each round measures both, in turn beginning with the one or the other. wrk has
// 64 connections and asks for gzip, the one coding that both servers have. On Debian, the
// command installs nginx and wrk if they are missing.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"charte/web/browser/browsertest"
)

func main() {
	rounds := flag.Int("rounds", 5, "take the medians of `N` rounds")
	soak := flag.Duration("soak", 0, "afterwards load the server for `TIME`, and print its memory")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := measure(ctx, *rounds, *soak); err != nil {
		fmt.Fprintln(os.Stderr, "throughput:", err)
		os.Exit(1)
	}
}

// measure installs what it needs, builds and starts both servers, and prints the table.
func measure(ctx context.Context, rounds int, soak time.Duration) error {
	for program, deb := range map[string]string{"nginx": "nginx-light", "wrk": "wrk"} {
		if err := browsertest.InstallProgram(program, deb); err != nil {
			return err
		}
	}
	dir, err := os.MkdirTemp("", "throughput")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := os.Chmod(dir, 0o755); err != nil { // nginx's workers read it
		return err
	}
	charte, bundle := filepath.Join(dir, "charte"), filepath.Join(dir, "site", "charte")
	for _, args := range [][]string{{"go", "build", "-o", charte, "."}, {charte, "build", "-catalogue", "catalogue/demo.yaml", "-o", bundle, "-base", "/charte/"}} {
		if output, err := exec.CommandContext(ctx, args[0], args[1:]...).CombinedOutput(); err != nil {
			return fmt.Errorf("%s: %w\n%s", strings.Join(args, " "), err, output)
		}
	}
	wasm, err := filepath.Glob(filepath.Join(bundle, "charte-*.wasm"))
	if err != nil || len(wasm) != 1 {
		return fmt.Errorf("the bundle has %d programs", len(wasm))
	}

	theirs, ours, err := addresses()
	if err != nil {
		return err
	}
	conf := filepath.Join(dir, "conf")
	if err := os.WriteFile(conf, fmt.Appendf(nil, "daemon off; worker_processes auto; pid %[1]s/pid;\nevents { worker_connections 1024; }\n"+
		"http { access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000000; server { listen %[2]s; root %[1]s/site; include %[3]s/nginx.conf; } }\n", dir, theirs, bundle), 0o644); err != nil {
		return err
	}
	stopNginx, err := start(ctx, "http://"+theirs+"/charte/charte.js", "nginx", "-p", dir, "-c", conf, "-e", "stderr")
	if err != nil {
		return err
	}
	defer stopNginx()
	var pid int
	stopOwn, err := start(ctx, "http://"+ours+"/charte.js", charte, "-addr", ours)
	if err != nil {
		return err
	}
	defer stopOwn()
	if pid, err = processOf(charte); err != nil {
		return err
	}

	fmt.Printf("%d cores, wrk -c64, medians of %d rounds.\n\n| file | nginx, requests/s | Charte | ratio | ratios of the rounds |\n|---|---|---|---|---|\n", runtime.NumCPU(), rounds)
	for _, name := range []string{"charte.js", filepath.Base(wasm[0])} {
		var theirRates, ourRates, ratios []float64
		for round := range rounds {
			files := []string{"http://" + theirs + "/charte/" + name, "http://" + ours + "/" + name}
			figures := make([]float64, 2)
			for _, i := range []int{round % 2, 1 - round%2} {
				if figures[i], err = load(ctx, files[i], 4*time.Second); err != nil {
					return err
				}
			}
			theirRates, ourRates, ratios = append(theirRates, figures[0]), append(ourRates, figures[1]), append(ratios, figures[1]/figures[0])
		}
		slices.Sort(ratios)
		fmt.Printf("| %s | %.0f | %.0f | %.2f | %.2f to %.2f |\n", strings.SplitN(name, "-", 2)[0]+map[bool]string{true: ".wasm"}[strings.HasSuffix(name, ".wasm")],
			median(theirRates), median(ourRates), median(ratios), ratios[0], ratios[len(ratios)-1])
	}
	if soak == 0 {
		return nil
	}
	return watch(ctx, "http://"+ours+"/charte.js", pid, soak)
}

// watch loads the server and prints its resident memory ten times.
func watch(ctx context.Context, address string, pid int, soak time.Duration) error {
	ended := make(chan error, 1)
	go func() {
		perSecond, err := load(ctx, address, soak)
		fmt.Printf("\n%.0f requests/s over %v\n", perSecond, soak)
		ended <- err
	}()
	fmt.Print("\n| after | resident memory |\n|---|---|\n")
	ticker := time.NewTicker(soak / 11)
	defer ticker.Stop()
	for began := time.Now(); ; {
		select {
		case err := <-ended:
			return err
		case <-ticker.C:
			kib, err := resident(pid)
			if err != nil {
				return err
			}
			fmt.Printf("| %.0f s | %d KiB |\n", time.Since(began).Seconds(), kib)
		}
	}
}

var rate = regexp.MustCompile(`Requests/sec:\s+([\d.]+)`)

// load requests an address with wrk for some time, as fast as it is answered. It returns
// the requests per second. An answer other than 2xx is an error.
func load(ctx context.Context, address string, length time.Duration) (float64, error) {
	output, err := exec.CommandContext(ctx, "wrk", "-t1", "-c64", fmt.Sprintf("-d%.0fs", length.Seconds()), "-H", "Accept-Encoding: gzip", address).CombinedOutput()
	found := rate.FindSubmatch(output)
	if err != nil || found == nil || strings.Contains(string(output), "Non-2xx") {
		return 0, fmt.Errorf("wrk %s: %v\n%s", address, err, output)
	}
	return strconv.ParseFloat(string(found[1]), 64)
}

// start starts a program, and returns when it answers at an address. stop ends it.
func start(ctx context.Context, address string, args ...string) (stop func(), err error) {
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	gone := make(chan struct{})
	go func() { cmd.Wait(); close(gone) }()
	stop = func() { cmd.Process.Signal(os.Interrupt); <-gone }
	for {
		if response, err := http.Get(address); err == nil {
			response.Body.Close()
			if response.StatusCode == http.StatusOK {
				return stop, nil
			}
			stop()
			return nil, fmt.Errorf("%s: %s", address, response.Status)
		}
		select {
		case <-gone:
			return nil, errors.New(args[0] + " has ended")
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// addresses returns two free addresses of this machine.
func addresses() (a, b string, err error) {
	for _, address := range []*string{&a, &b} {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return "", "", err
		}
		defer listener.Close()
		*address = listener.Addr().String()
	}
	return a, b, nil
}

// processOf returns the ID of the process that runs a program, by the program's path.
func processOf(program string) (int, error) {
	links, _ := filepath.Glob("/proc/[0-9]*/exe")
	for _, link := range links {
		if target, err := os.Readlink(link); err == nil && target == program {
			return strconv.Atoi(strings.Split(link, "/")[2])
		}
	}
	return 0, errors.New("the server's process is not found: this needs Linux")
}

var vmRSS = regexp.MustCompile(`VmRSS:\s+(\d+) kB`)

// resident returns a process's resident memory in KiB.
func resident(pid int) (int, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	found := vmRSS.FindSubmatch(status)
	if found == nil {
		return 0, errors.New("the kernel does not say how much memory the server has")
	}
	return strconv.Atoi(string(found[1]))
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}
