package editor_test

import (
	"testing"

	"charte/web/browser/browsertest"
)

func TestMain(m *testing.M) { browsertest.BusyMain(m) }
