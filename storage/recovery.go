package storage

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"log/slog"
	"os"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// Pebble's log is a sequence of blocks. A block has whole chunks and then zeros;
// a record is one chunk or more. A chunk begins with a checksum (4 bytes), the
// length of its payload (2), its kind (1), the number of the log (4) and, if the
// kind is one of the later four, how many bytes of the log were synced before (8).
// Numbers are little-endian (github.com/cockroachdb/pebble/v2/record, record.go).
const (
	blockSize = 32 << 10
	shortHead = 11 // bytes; a block's rest below this is zeros
	longHead  = 19 // bytes; a block's rest below this can be zeros

	firstShort = 5 // kinds: full, first, middle, last
	firstLong  = 9
	kinds      = 4
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// A chunk is what is known of a chunk of a log.
type chunk struct {
	last   bool   // of its record
	size   int    // with its head
	synced uint64 // bytes, by its promise; 0: there is none
}

// headOf returns the size of the head at the beginning of b if it is of a chunk of
// the log, and whether the chunk is the last of its record.
func headOf(b []byte, log uint64) (head int, last, ok bool) {
	if len(b) < shortHead || binary.LittleEndian.Uint32(b[7:]) != uint32(log) {
		return 0, false, false
	}
	kind, head := b[6], shortHead
	if kind < firstShort || kind >= firstLong+kinds {
		return 0, false, false
	}
	if kind >= firstLong {
		head = longHead
	}
	place := (kind - firstShort) % kinds
	return head, place == 0 || place == kinds-1, true
}

// parseChunk reads the chunk of a log at the beginning of b, which ends with its
// block.
func parseChunk(b []byte, log uint64) (c chunk, ok bool) {
	head, last, ok := headOf(b, log)
	if !ok {
		return c, false
	}
	c.last, c.size = last, head+int(binary.LittleEndian.Uint16(b[4:]))
	if c.size > len(b) {
		return c, false
	}
	if head == longHead {
		c.synced = binary.LittleEndian.Uint64(b[shortHead:])
	}
	sum := crc32.Checksum(b[6:c.size], castagnoli)
	return c, binary.LittleEndian.Uint32(b) == (sum>>15|sum<<17)+0xa282ead8 // as LevelDB masks it
}

// A logEnd is how a log ends.
type logEnd struct {
	whole   int64 // bytes up to the end of the last whole record
	records int   // whole records before whole; one has all writes that were committed together
	bad     int64 // bytes up to the first that are no chunk of the log
	torn    bool  // a chunk or a record of the log begins at whole and does not end
	later   int   // ends of records behind bad
	proven  bool  // a chunk behind bad says that bad was synced
}

// readLog reads a log up to its end, and looks for chunks behind it.
func readLog(r io.Reader, log uint64) (e logEnd, err error) {
	block := make([]byte, blockSize)
	ended := false // bad was found
	for at := int64(0); ; at += blockSize {
		n, err := io.ReadFull(r, block)
		if n > 0 {
			if !ended {
				ended = e.readBlock(block[:n], at, log)
			} else {
				e.search(block[:n], log)
			}
		}
		switch {
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			if !ended {
				e.bad = at + int64(n)
			}
			return e, nil
		case err != nil:
			return e, fmt.Errorf("read log: %w", err)
		}
	}
}

// readBlock reads the chunks of the block at an offset and reports whether the
// log ends in it.
func (e *logEnd) readBlock(b []byte, at int64, log uint64) (ended bool) {
	for i := 0; i < len(b); {
		c, ok := parseChunk(b[i:], log)
		if !ok {
			if len(b) == blockSize && len(b)-i < longHead && isZero(b[i:]) {
				return false // the rest of the block
			}
			_, _, begun := headOf(b[i:], log)
			e.torn = e.torn || begun
			e.bad = at + int64(i)
			e.search(b[i+1:], log)
			return true
		}
		i += c.size
		if e.torn = !c.last; c.last {
			e.whole = at + int64(i)
			e.records++
		}
	}
	return false
}

// search looks at each byte of a block behind the end for a chunk of the log.
func (e *logEnd) search(b []byte, log uint64) {
	for i := 0; i < len(b); {
		c, ok := parseChunk(b[i:], log)
		if !ok {
			i++
			continue
		}
		i += c.size
		if c.last {
			e.later++
		}
		e.proven = e.proven || c.synced > uint64(e.bad)
	}
}

func isZero(b []byte) bool {
	for _, c := range b {
		if c != 0 {
			return false
		}
	}
	return true
}

// checkLog reads the newest log of a store that is not open, and says in the log of
// the program what a start will not find of it, and why. A log that is damaged
// before its end is set aside as damaged-NUMBER.log, and what is whole of it takes
// its place: Pebble would refuse such a log, or cut it in silence, depending on
// where the damage is.
func checkLog(fs vfs.FS, dir string, log *slog.Logger) error {
	name, number := newestLog(fs, pebbleDir(dir))
	if name == "" {
		return nil
	}
	f, err := fs.Open(name)
	if err != nil {
		return fmt.Errorf("data folder: %w", err)
	}
	e, err := readLog(f, number)
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("data folder: %w", err)
	}
	noted, synced := readSyncNote(fs, dir)
	if noted != number {
		synced = 0
	}
	log = log.With(slog.String("file", name), slog.Int64("kept_bytes", e.whole), slog.Int("kept_records", e.records))
	lost := synced - e.bad
	damaged := lost > longHead || e.proven // the end of a log, and a block's rest, are no chunks
	if !damaged && e.later == 0 {
		if e.torn {
			log.Info("the newest log ends within a write, as after a kill: nobody was told that it was made")
		}
		return nil
	}
	aside := fs.PathJoin(dir, fmt.Sprintf("damaged-%06d.log", number))
	log = log.With(slog.Int64("lost_bytes", max(lost, 0)), slog.Int("lost_records", e.later), slog.String("kept_as", aside))
	if damaged {
		log.Error("the newest log is damaged: acknowledged writes behind the damage are lost")
	} else {
		log.Error("the newest log has a gap: it is damaged, or the machine lost power during a write; acknowledged writes may be lost")
	}
	return setAside(fs, name, aside, e.whole)
}

// newestLog returns the path and number of the newest log in a folder of Pebble's,
// "" if there is none.
func newestLog(fs vfs.FS, dir string) (name string, number uint64) {
	names, err := fs.List(dir)
	if err != nil {
		return "", 0 // a new folder
	}
	for _, file := range names {
		if n, isLog := logNumber(file); isLog && n >= number {
			name, number = fs.PathJoin(dir, file), n
		}
	}
	return name, number
}

// setAside gives a log a second name, and its first name to a copy of its first n
// bytes.
func setAside(fs vfs.FS, name, aside string, n int64) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("data folder: set aside %s: %w", name, err)
		}
	}()
	part := aside + ".part"
	from, err := fs.Open(name)
	if err != nil {
		return err
	}
	to, err := fs.Create(part, vfs.WriteCategoryUnspecified)
	if err != nil {
		return errors.Join(err, from.Close())
	}
	_, err = io.CopyN(to, from, n)
	if err = errors.Join(err, to.Sync(), to.Close(), from.Close()); err != nil {
		return err
	}
	if err := fs.Link(name, aside); err != nil && !errors.Is(err, os.ErrExist) {
		return err
	}
	// The copy must have a name in any order in which a power loss keeps names.
	if err := syncDir(fs, fs.PathDir(aside)); err != nil {
		return err
	}
	if err := fs.Rename(part, name); err != nil {
		return err
	}
	return errors.Join(syncDir(fs, fs.PathDir(name)), syncDir(fs, fs.PathDir(aside)))
}

func syncDir(fs vfs.FS, name string) error {
	dir, err := fs.OpenDir(name)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
