package host_test

import (
	"archive/zip"
	"bytes"
	"context"
	"debug/elf"
	"encoding/binary"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"lullaby/lambda/host"
)

const (
	goMod  = "module example.com/f\n\ngo 1.21\n"
	goMain = "package main\n\nfunc main() { println(\"hello\") }\n"
	script = "#!/bin/sh\nexec sleep 1\n"
)

// foreign is the header of an executable for another machine.
func foreign(t *testing.T) string {
	t.Helper()
	machine := elf.EM_AARCH64
	if runtime.GOARCH == "arm64" {
		machine = elf.EM_X86_64
	}
	var b bytes.Buffer
	header := elf.Header64{Type: uint16(elf.ET_EXEC), Machine: uint16(machine), Version: uint32(elf.EV_CURRENT), Ehsize: 64}
	copy(header.Ident[:], elf.ELFMAG)
	header.Ident[elf.EI_CLASS] = byte(elf.ELFCLASS64)
	header.Ident[elf.EI_DATA] = byte(elf.ELFDATA2LSB)
	header.Ident[elf.EI_VERSION] = byte(elf.EV_CURRENT)
	if err := binary.Write(&b, binary.LittleEndian, header); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// write creates a directory of files.
func write(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestBuildTakesWhatRunsHere(t *testing.T) {
	self, err := os.ReadFile(testBinary(t))
	if err != nil {
		t.Fatal(err)
	}
	for name, bootstrap := range map[string]string{"a script": script, "an executable": string(self)} {
		src, out := write(t, map[string]string{"bootstrap": bootstrap}), filepath.Join(t.TempDir(), "out")
		dir, built, err := host.Build(t.Context(), src, out, func() {})
		if dir != src || built || err != nil {
			t.Errorf("%s: Build = %q, %v, %v, want %q as it is", name, dir, built, err, src)
		}
		if _, err := os.Stat(out); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: Build made %s for nothing", name, out)
		}
	}
}

func TestBuildFromSource(t *testing.T) {
	// The user's environment for AWS does not matter here.
	t.Setenv("GOOS", "linux")
	t.Setenv("GOARCH", "arm64")
	for name, files := range map[string]map[string]string{
		"source alone":                   {"go.mod": goMod, "main.go": goMain},
		"a bootstrap for somewhere else": {"go.mod": goMod, "main.go": goMain, "bootstrap": foreign(t)},
	} {
		src, out := write(t, files), filepath.Join(t.TempDir(), "data", "out")
		dir, built, err := host.Build(t.Context(), src, out, func() {})
		if dir != out || !built || err != nil {
			t.Fatalf("%s: Build = %q, %v, %v, want %q, built", name, dir, built, err, out)
		}
		wantOnly(t, out, "bootstrap")
		if dir, built, err = host.Build(t.Context(), out, src, func() {}); dir != out || built || err != nil {
			t.Errorf("%s: what was built does not run here: %q, %v, %v", name, dir, built, err)
		}
	}
}

// wantOnly checks the names in a directory.
func wantOnly(t *testing.T, dir string, want ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	names := make([]string, 0, len(entries))
	for _, e := range entries {
		names = append(names, e.Name())
	}
	if strings.Join(names, " ") != strings.Join(want, " ") {
		t.Errorf("in %s: %q, want %q", dir, names, want)
	}
}

func TestBuildFailures(t *testing.T) {
	tests := []struct {
		name  string
		files map[string]string
		want  []string
	}{
		{"nothing", nil, []string{"neither an executable named bootstrap nor Go source"}},
		{
			"built for another machine",
			map[string]string{"bootstrap": foreign(t)},
			[]string{"its bootstrap is for linux/", "this machine is " + runtime.GOOS + "/" + runtime.GOARCH, "no Go source"},
		},
		{"built for Windows", map[string]string{"bootstrap": "MZ\x90\x00"}, []string{"its bootstrap is for windows"}},
		{"not an executable", map[string]string{"bootstrap": "hello, world"}, []string{"neither an ELF or Mach-O executable nor a script"}},
		{"an empty file", map[string]string{"bootstrap": ""}, []string{"is not an executable"}},
		{
			"source that does not compile",
			map[string]string{"go.mod": goMod, "main.go": goMain + "var x int = \"one\"\n"},
			[]string{"go build in ", "main.go:4:13: cannot use \"one\""},
		},
		{"not a command", map[string]string{"go.mod": goMod, "f.go": "package f\n"}, []string{"the package is not main"}},
	}
	for _, tt := range tests {
		out := t.TempDir()
		_, _, err := host.Build(t.Context(), write(t, tt.files), out, func() {})
		if err == nil {
			t.Errorf("%s: no error", tt.name)
			continue
		}
		for _, want := range tt.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v, want %q in it", tt.name, err, want)
			}
		}
		wantOnly(t, out)
	}
	if _, _, err := host.Build(t.Context(), filepath.Join(t.TempDir(), "nowhere"), t.TempDir(), func() {}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no such directory: %v", err)
	}
	var refused *host.BuildError
	src := write(t, map[string]string{"go.mod": goMod, "main.go": "package main"})
	if _, _, err := host.Build(t.Context(), src, t.TempDir(), func() {}); !errors.As(err, &refused) || refused.Dir != src {
		t.Errorf("no main function: %v, want a BuildError", err)
	}
}

func TestBuildIsCancelled(t *testing.T) {
	reason := errors.New("Ctrl-C")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(reason)
	src := write(t, map[string]string{"go.mod": goMod, "main.go": goMain})
	if _, _, err := host.Build(ctx, src, t.TempDir(), func() {}); !errors.Is(err, reason) {
		t.Errorf("Build = %v, want the cause of its context", err)
	}
}

// An entry is a file of an archive.
type entry struct {
	name string
	mode fs.FileMode
	text string
}

func archive(t *testing.T, entries ...entry) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "code.zip")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w := zip.NewWriter(f)
	for _, e := range entries {
		header := &zip.FileHeader{Name: e.name, Method: zip.Deflate}
		header.SetMode(e.mode)
		body, err := w.CreateHeader(header)
		if err == nil {
			_, err = body.Write([]byte(e.text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestBuildUnpacks(t *testing.T) {
	base := t.TempDir()
	out := filepath.Join(base, "out")
	if err := os.MkdirAll(filepath.Join(out, "of-the-last-time"), 0o700); err != nil {
		t.Fatal(err)
	}
	src := archive(t,
		entry{"bootstrap", 0o755, script},
		entry{"assets/", fs.ModeDir | 0o755, ""},
		entry{"assets/a/index.html", 0o644, "<html>"},
		entry{"latest", fs.ModeSymlink | 0o777, "assets/a"},
	)
	dir, built, err := host.Build(t.Context(), src, out, func() {})
	if dir != out || built || err != nil {
		t.Fatalf("Build = %q, %v, %v, want %q", dir, built, err, out)
	}
	wantOnly(t, out, "assets", "bootstrap", "latest")
	wantOnly(t, base, "out")
	if text, err := os.ReadFile(filepath.Join(out, "latest", "index.html")); string(text) != "<html>" {
		t.Errorf("through the link: %q, %v", text, err)
	}
	if info, err := os.Stat(filepath.Join(out, "bootstrap")); err != nil || info.Mode()&0o100 == 0 {
		t.Errorf("bootstrap is not executable: %v, %v", info.Mode(), err)
	}

	dir, built, err = host.Build(t.Context(), archive(t, entry{"go.mod", 0o644, goMod}, entry{"main.go", 0o644, goMain}), out, func() {})
	if dir != out || !built || err != nil {
		t.Fatalf("source in an archive: Build = %q, %v, %v, want it built", dir, built, err)
	}
	wantOnly(t, out, "bootstrap", "go.mod", "main.go")
}

func TestBuildRefusesArchives(t *testing.T) {
	tests := []struct {
		name    string
		entries []entry
		want    string
	}{
		{"a name that leads outside", []entry{{"../bootstrap", 0o755, script}}, "../bootstrap: "},
		{"an absolute name", []entry{{"/tmp/bootstrap", 0o755, script}}, "/tmp/bootstrap: "},
		{"a link that leads outside", []entry{{"up", fs.ModeSymlink | 0o777, ".."}, {"up/bootstrap", 0o755, script}}, "up: is a link to .., which is not in the package"},
		{"an absolute link", []entry{{"etc", fs.ModeSymlink | 0o777, "/etc"}}, "etc: is a link to /etc, which is not in the package"},
		{"a link from a folder", []entry{{"a/b", fs.ModeSymlink | 0o777, "../../c"}}, "a/b: is a link to ../../c"},
		{"a pipe", []entry{{"pipe", fs.ModeNamedPipe | 0o666, ""}}, "not a file, directory or symbolic link"},
		{"a device", []entry{{"null", fs.ModeDevice | 0o666, ""}}, "not a file, directory or symbolic link"},
		{"no bootstrap", []entry{{"index.js", 0o644, ""}}, "neither an executable named bootstrap nor Go source"},
	}
	for _, tt := range tests {
		base := t.TempDir()
		_, _, err := host.Build(t.Context(), archive(t, tt.entries...), filepath.Join(base, "out"), func() {})
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q in it", tt.name, err, tt.want)
		}
		wantOnly(t, base)
	}
	if _, _, err := host.Build(t.Context(), filepath.Join(write(t, map[string]string{"f": "not a zip"}), "f"), t.TempDir(), func() {}); err == nil {
		t.Error("a file that is no archive is accepted")
	}
}
