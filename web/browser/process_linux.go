package browser

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// ownGroup puts cmd into a process group of its own, which killGroup can kill,
// and has the kernel kill it when this process ends, however it ends.
func ownGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

// keepPriority keeps what this thread starts from a higher priority than other programs
// have. Chromium 156 takes one (nice -8) where it may, which is as root. Whatever runs
// beside it then gets a tenth of a processor, the servers of its pages too.
func keepPriority() {
	// Only root has anything to drop. Without the right to drop it, there is none to use either.
	unix.Prctl(unix.PR_CAPBSET_DROP, unix.CAP_SYS_NICE, 0, 0, 0)
}

// killGroup kills all processes of cmd's group and waits, for at most 5
// seconds, until none runs.
func killGroup(cmd *exec.Cmd) {
	group := cmd.Process.Pid
	for deadline := time.Now().Add(5 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if syscall.Kill(-group, syscall.SIGKILL) == syscall.ESRCH || !runs(group) {
			return
		}
	}
}

// runs reports whether the group has a process that is not a zombie. Orphans stay
// zombies until process 1 reaps them, which took up to 2 seconds.
func runs(group int) bool {
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, name := range stats {
		stat, err := os.ReadFile(name)
		if err != nil {
			continue
		}
		// proc(5): pid (comm) state ppid pgrp …; comm may hold spaces and brackets.
		fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
		if string(fields[2]) == strconv.Itoa(group) && string(fields[0]) != "Z" {
			return true
		}
	}
	return false
}

// threads is [Browser.Threads] for the processes that have one of dirs in their
// environment.
func threads(dirs []string) string {
	var b strings.Builder
	environs, _ := filepath.Glob("/proc/[0-9]*/environ")
	for _, name := range environs {
		environ, _ := os.ReadFile(name)
		of := func(dir string) bool { return bytes.Contains(environ, []byte(dir)) }
		if !slices.ContainsFunc(dirs, of) {
			continue
		}
		tasks, _ := filepath.Glob(filepath.Join(filepath.Dir(name), "task", "*"))
		for _, task := range tasks {
			stat, _ := os.ReadFile(filepath.Join(task, "stat"))
			wchan, _ := os.ReadFile(filepath.Join(task, "wchan"))
			// proc(5): pid (comm) state …
			if fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:]); len(fields) > 0 {
				fmt.Fprintf(&b, "%s %s %s %s\n", task, stat[bytes.IndexByte(stat, '('):bytes.LastIndexByte(stat, ')')+1], fields[0], wchan)
			}
		}
	}
	return b.String()
}
