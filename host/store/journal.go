package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"sync"
)

// A Journal is a file to which records are appended, each durable when Append
// returns. It makes a change cheap to acknowledge: one write and one flush, where
// replacing a file with backups needs several of both. Only the last record
// counts. It is used by one goroutine.
type Journal struct {
	file *os.File
	size int64
}

// header is before each record: its length, and the checksum of its data.
const header = 8

// maxRecord bounds what is believed of a length, so that damage is not taken for
// a record.
const maxRecord = 256 << 20

// castagnoli is made when first used, since most programs begin no journal.
var castagnoli = sync.OnceValue(func() *crc32.Table { return crc32.MakeTable(crc32.Castagnoli) })

// OpenJournal opens the journal at a path, making it if need be, and returns its
// last whole record, nil if there is none. What a crash left unfinished behind it
// is cut off.
func OpenJournal(path string) (j *Journal, last []byte, err error) {
	_, statErr := os.Stat(path)
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, nil, fmt.Errorf("open the journal of the CIB: %w", err)
	}
	if statErr != nil {
		if err := syncDir(filepath.Dir(path)); err != nil {
			f.Close()
			return nil, nil, fmt.Errorf("make the journal of the CIB: %w", err)
		}
	}
	j = &Journal{file: f}
	if last, err = j.recover(); err != nil {
		f.Close()
		return nil, nil, fmt.Errorf("read the journal of the CIB: %w", err)
	}
	return j, last, nil
}

func syncDir(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// recover finds the last whole record and the place behind it.
func (j *Journal) recover() (last []byte, err error) {
	for {
		data, err := j.read(j.size)
		if err != nil {
			return nil, err
		}
		if data == nil {
			break
		}
		last = data
		j.size += header + int64(len(data))
	}
	return last, j.file.Truncate(j.size)
}

// read returns the record at a place, nil if there is no whole one.
func (j *Journal) read(at int64) ([]byte, error) {
	var h [header]byte
	if _, err := j.file.ReadAt(h[:], at); err == io.EOF || errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	length, sum := binary.LittleEndian.Uint32(h[:4]), binary.LittleEndian.Uint32(h[4:])
	if length == 0 || length > maxRecord {
		return nil, nil
	}
	data := make([]byte, length)
	if _, err := j.file.ReadAt(data, at+header); err == io.EOF || errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	if crc32.Checksum(data, castagnoli()) != sum {
		return nil, nil
	}
	return data, nil
}

// Append makes a record durable. After an error nothing is known of the record,
// and the journal must not be used any more.
func (j *Journal) Append(data []byte) error {
	frame := make([]byte, header, header+len(data))
	binary.LittleEndian.PutUint32(frame[:4], uint32(len(data)))
	binary.LittleEndian.PutUint32(frame[4:], crc32.Checksum(data, castagnoli()))
	frame = append(frame, data...)
	if _, err := j.file.WriteAt(frame, j.size); err != nil {
		return fmt.Errorf("append to the journal of the CIB: %w", err)
	}
	if err := datasync(j.file); err != nil {
		return fmt.Errorf("flush the journal of the CIB: %w", err)
	}
	j.size += int64(len(frame))
	return nil
}

// Size is how many bytes the journal holds.
func (j *Journal) Size() int64 { return j.size }

// Reset empties the journal: what it held is kept elsewhere.
func (j *Journal) Reset() error {
	if err := j.file.Truncate(0); err != nil {
		return fmt.Errorf("empty the journal of the CIB: %w", err)
	}
	j.size = 0
	return j.file.Sync()
}

// Close closes the file.
func (j *Journal) Close() error { return j.file.Close() }
