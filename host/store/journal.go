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
	"time"
)

// A Journal is a file to which records are appended, each durable when Append
// returns. It makes a change cheap to acknowledge: one write and one flush, where
// replacing a file with backups needs several of both. Only the last record
// counts. It is used by one goroutine.
//
// The file is longer than its records, by zeros or by records of former rounds:
// a flush of what overwrites something has no size to record, which on most file
// systems is the slower half. A record tells by its round whether it counts.
type Journal struct {
	file  *os.File
	size  int64  // of the records of this round
	room  int64  // of the file
	round uint64 // different after every Reset
}

// header is before each record: the length of its data, the checksum of round and
// data, and the round.
const header = 16

// roomStep is by how much the file grows at a time.
const roomStep = 1 << 20

// maxRecord bounds what is believed of a length, so that damage is not taken for
// a record.
const maxRecord = 256 << 20

// castagnoli is made when first used, since most programs begin no journal.
var castagnoli = sync.OnceValue(func() *crc32.Table { return crc32.MakeTable(crc32.Castagnoli) })

// OpenJournal opens the journal at a path, making it if need be, and returns its
// last whole record, nil if there is none. What a crash left unfinished behind it
// will be overwritten.
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
	info, err := j.file.Stat()
	if err != nil {
		return nil, err
	}
	j.room = info.Size()
	j.round = uint64(time.Now().UnixNano()) // unlike any that the file has seen
	for {
		data, round, err := j.read(j.size)
		if err != nil {
			return nil, err
		}
		if data == nil || last != nil && round != j.round {
			return last, nil
		}
		last, j.round = data, round
		j.size += header + int64(len(data))
	}
}

// read returns the record at a place, nil if there is no whole one.
func (j *Journal) read(at int64) (data []byte, round uint64, err error) {
	var h [header]byte
	if whole, err := j.readFull(h[:], at); err != nil || !whole {
		return nil, 0, err
	}
	length, sum := binary.LittleEndian.Uint32(h[:4]), binary.LittleEndian.Uint32(h[4:8])
	if length == 0 || length > maxRecord || at+header+int64(length) > j.room {
		return nil, 0, nil
	}
	data = make([]byte, length)
	if whole, err := j.readFull(data, at+header); err != nil || !whole || checksum(h[8:], data) != sum {
		return nil, 0, err
	}
	return data, binary.LittleEndian.Uint64(h[8:]), nil
}

// readFull fills p from a place in the file; whole is false if the file ends before.
func (j *Journal) readFull(p []byte, at int64) (whole bool, err error) {
	_, err = j.file.ReadAt(p, at)
	if err == io.EOF || errors.Is(err, io.ErrUnexpectedEOF) {
		return false, nil
	}
	return err == nil, err
}

func checksum(round, data []byte) uint32 {
	return crc32.Update(crc32.Checksum(round, castagnoli()), castagnoli(), data)
}

// Append makes a record durable. After an error nothing is known of the record,
// and the journal must not be used any more.
func (j *Journal) Append(data []byte) error {
	frame := make([]byte, header, header+len(data))
	binary.LittleEndian.PutUint64(frame[8:], j.round)
	binary.LittleEndian.PutUint32(frame, uint32(len(data)))
	binary.LittleEndian.PutUint32(frame[4:], checksum(frame[8:header], data))
	frame = append(frame, data...)
	if err := j.makeRoom(j.size + int64(len(frame))); err != nil {
		return fmt.Errorf("make room in the journal of the CIB: %w", err)
	}
	if _, err := j.file.WriteAt(frame, j.size); err != nil {
		return fmt.Errorf("append to the journal of the CIB: %w", err)
	}
	if err := datasync(j.file); err != nil {
		return fmt.Errorf("flush the journal of the CIB: %w", err)
	}
	j.size += int64(len(frame))
	return nil
}

// makeRoom makes the file long enough, with zeros that are really there: blocks that
// are only reserved would have to be recorded when they are written.
func (j *Journal) makeRoom(need int64) error {
	if need <= j.room {
		return nil
	}
	more := (need - j.room + roomStep - 1) / roomStep * roomStep
	if _, err := j.file.WriteAt(make([]byte, more), j.room); err != nil {
		return err
	}
	if err := j.file.Sync(); err != nil {
		return err
	}
	j.room += more
	return nil
}

// Size is how many bytes the records have.
func (j *Journal) Size() int64 { return j.size }

// Reset empties the journal: what it held is kept elsewhere.
func (j *Journal) Reset() error {
	if j.size == 0 {
		return nil
	}
	if _, err := j.file.WriteAt(make([]byte, header), 0); err != nil {
		return fmt.Errorf("empty the journal of the CIB: %w", err)
	}
	if err := datasync(j.file); err != nil {
		return fmt.Errorf("empty the journal of the CIB: %w", err)
	}
	j.size = 0
	j.round++
	return nil
}

// Close closes the file.
func (j *Journal) Close() error { return j.file.Close() }
