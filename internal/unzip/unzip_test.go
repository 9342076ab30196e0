package unzip_test

import (
	"archive/zip"
	"os"
	"path/filepath"
	"testing"

	"lullaby/internal/unzip"
)

func TestUnpackIsBounded(t *testing.T) {
	path := filepath.Join(t.TempDir(), "code.zip")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	w := zip.NewWriter(f)
	for _, name := range []string{"a", "b"} {
		body, err := w.Create(name)
		if err == nil {
			_, err = body.Write(make([]byte, 5_000))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	f.Close()

	if err := unzip.Unpack(path, t.TempDir(), 10_000); err != nil {
		t.Errorf("10,000 bytes of 10,000: %v", err)
	}
	dir := t.TempDir()
	const want = "the package is larger than 9999 bytes unpacked"
	if err := unzip.Unpack(path, dir, 9_999); err == nil || err.Error() != want {
		t.Errorf("10,000 bytes of 9,999: %v, want %s", err, want)
	}
	if info, err := os.Stat(filepath.Join(dir, "b")); err != nil || info.Size() > 5_000 {
		t.Errorf("what came over the bound was written: %v", err)
	}
}
