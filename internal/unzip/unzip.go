// Package unzip unpacks zip files of strangers into a folder, and nowhere else.
//
// The package is internal to the program; its interface may change with any
// commit.
package unzip

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

const maxLink = 4 << 10 // bytes of a symbolic link's target (PATH_MAX)

// Unpack unpacks a zip file of at most limit bytes into dir, which exists. It
// writes nothing outside dir, whatever names and links the file contains, and
// refuses links that lead out of dir.
func Unpack(file, dir string, limit int64) error {
	archive, err := zip.OpenReader(file)
	if err != nil {
		return err
	}
	defer func() { _ = archive.Close() }()
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }()
	var size int64
	for _, entry := range archive.File {
		n, err := unpackEntry(root, entry, limit-size)
		if err != nil {
			return fmt.Errorf("%s: %w", entry.Name, err)
		}
		if size += n; size > limit {
			return fmt.Errorf("the package is larger than %d bytes unpacked", limit)
		}
	}
	return nil
}

// unpackEntry writes one entry, but at most left+1 bytes of it, and returns how
// many it wrote.
func unpackEntry(root *os.Root, entry *zip.File, left int64) (size int64, err error) {
	name := strings.TrimSuffix(entry.Name, "/")
	if entry.Mode().IsDir() {
		return 0, root.MkdirAll(name, 0o777)
	}
	if err := root.MkdirAll(path.Dir(name), 0o777); err != nil {
		return 0, err
	}
	in, err := entry.Open()
	if err != nil {
		return 0, err
	}
	defer func() { _ = in.Close() }()
	switch entry.Mode().Type() {
	case 0:
		return unpackFile(root, name, entry.Mode().Perm(), in, left)
	case fs.ModeSymlink:
		target, err := io.ReadAll(io.LimitReader(in, maxLink))
		if err != nil {
			return 0, err
		}
		if !filepath.IsLocal(filepath.Join(path.Dir(name), string(target))) || path.IsAbs(string(target)) {
			return 0, fmt.Errorf("is a link to %s, which is not in the package", target)
		}
		return int64(len(target)), root.Symlink(string(target), name)
	default:
		return 0, fmt.Errorf("is a %v, not a file, directory or symbolic link", entry.Mode().Type())
	}
}

func unpackFile(root *os.Root, name string, mode fs.FileMode, in io.Reader, left int64) (int64, error) {
	f, err := root.OpenFile(name, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, mode|0o600)
	if err != nil {
		return 0, err
	}
	n, err := io.Copy(f, io.LimitReader(in, left+1)) // whatever its header says of its size
	return n, errors.Join(err, f.Close())
}
