package qb

import (
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// The semaphore in a ring's header is glibc's 64-bit sem_t, shared between
// processes: the value in the low half, the number of waiters in the high one.

const oneWaiter = uint64(1) << 32

const (
	futexWait = 0
	futexWake = 1
)

func (r *ring) sem() *uint64 { return (*uint64)(unsafe.Pointer(&r.header[offSem])) }

// value is the number of posts not taken yet.
func (r *ring) value() uint32 { return uint32(atomic.LoadUint64(r.sem())) }

// post adds one and wakes one waiter.
func (r *ring) post() {
	if atomic.AddUint64(r.sem(), 1)>>32 > 0 {
		syscall.Syscall6(unix.SYS_FUTEX, uintptr(unsafe.Pointer(r.sem())), futexWake, 1, 0, 0, 0)
	}
}

// tryTake takes one if there is one.
func (r *ring) tryTake() bool {
	for {
		d := atomic.LoadUint64(r.sem())
		if uint32(d) == 0 {
			return false
		}
		if atomic.CompareAndSwapUint64(r.sem(), d, d-1) {
			return true
		}
	}
}

// await takes one, waiting at most d. A short wait sleeps in the kernel at once:
// answers take tens of microseconds, longer than spinning is worth on a shared machine.
func (r *ring) await(d time.Duration) bool {
	if r.tryTake() {
		return true
	}
	atomic.AddUint64(r.sem(), oneWaiter)
	defer atomic.AddUint64(r.sem(), ^(oneWaiter - 1))
	end := time.Now().Add(d)
	for {
		if r.tryTake() {
			return true
		}
		left := time.Until(end)
		if left <= 0 {
			return false
		}
		ts := unix.NsecToTimespec(left.Nanoseconds())
		_, _, errno := syscall.Syscall6(unix.SYS_FUTEX, uintptr(unsafe.Pointer(r.sem())), futexWait, 0,
			uintptr(unsafe.Pointer(&ts)), 0, 0)
		if errno == syscall.EFAULT {
			return false // truncated under us; the next access tells
		}
	}
}
