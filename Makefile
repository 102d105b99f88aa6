# Every target is one line: the work is done by go and by holdfast itself.
PREFIX ?= /usr
SHARED ?= ../shared
export CGO_ENABLED = 0

.PHONY: build test demo install conformance bench sim sim-mutants soak

build: ; go build -trimpath -ldflags="-s -w" -o bin/holdfast ./cmd/holdfast

test: ; go test ./...

demo: build ; bin/holdfast demo $(ARGS)

install: build ; bin/holdfast install --destdir=$(DESTDIR) --prefix=$(PREFIX)

conformance: build ; go run ./internal/conformance --shared=$(SHARED)

bench: build ; go run ./internal/bench --shared=$(SHARED) $(ARGS)

sim: ; go run ./cmd/holdfast simulate $(ARGS)

sim-mutants: ; go run -tags mutants ./internal/mutants $(ARGS)

soak: ; go run ./test/soak $(ARGS)
