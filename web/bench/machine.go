package main

import (
	"fmt"
	"os"
	"runtime"
	"strings"
)

// A machine is the computer on which the figures were taken.
type machine struct {
	CPU       string  `json:"cpu"`
	Cores     int     `json:"cores"`
	MemoryGiB float64 `json:"memoryGiB"` // 0 if it is not known
	System    string  `json:"system"`
}

// thisMachine describes the machine as Linux tells it.
func thisMachine() machine {
	m := machine{
		CPU:    field("/proc/cpuinfo", "model name", ":"),
		Cores:  runtime.NumCPU(),
		System: strings.Trim(field("/etc/os-release", "PRETTY_NAME", "="), `"`),
	}
	var kibibytes float64
	fmt.Sscan(field("/proc/meminfo", "MemTotal", ":"), &kibibytes)
	m.MemoryGiB = kibibytes / (1 << 20)
	if m.CPU == "" {
		m.CPU = runtime.GOARCH
	}
	if m.System == "" {
		m.System = runtime.GOOS
	}
	return m
}

func (m machine) String() string {
	return fmt.Sprintf("%s, %d cores, %.0f GiB, %s", m.CPU, m.Cores, m.MemoryGiB, m.System)
}

// load returns the load average of the last minute, or "?" if it is not known.
func load() string {
	data, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "?"
	}
	first, _, _ := strings.Cut(string(data), " ")
	return first
}

// field returns the value of the first line of a file that has a key, or "" if there is
// none. The separator stands between key and value.
func field(file, key, separator string) string {
	data, _ := os.ReadFile(file)
	for line := range strings.Lines(string(data)) {
		name, value, _ := strings.Cut(line, separator)
		if strings.TrimSpace(name) == key {
			return strings.TrimSpace(value)
		}
	}
	return ""
}
