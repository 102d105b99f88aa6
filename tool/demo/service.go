package demo

import (
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"holdfast/cib"
	"holdfast/cib/xml"
	"holdfast/tool/demoweb/page"
)

// The names of what the cluster runs.
const (
	fenceID   = "power"
	groupID   = "site"
	addressID = "address"
	webID     = "page"
)

// endpoint is where the page is to be had.
type endpoint struct {
	address, nic string
	port         int
}

func (e endpoint) url() string {
	if e.port == 80 {
		return fmt.Sprintf("http://%s/", e.address)
	}
	return fmt.Sprintf("http://%s:%d/", e.address, e.port)
}

// configuration is what the administrator of the demonstration wants: fencing, and
// an address with a web server behind it. Nobody is told where to run.
const configuration = `<configuration>
<crm_config><cluster_property_set id="demo-options">
 <nvpair id="demo-fencing" name="stonith-enabled" value="true"/>
</cluster_property_set></crm_config>
<resources>
 <primitive id="` + fenceID + `" class="stonith" type="fence_demo">
  <instance_attributes id="power-parameters"><nvpair id="power-hosts" name="pcmk_host_list" value="n1 n2 n3"/></instance_attributes>
 </primitive>
 <group id="` + groupID + `">
  <primitive id="` + addressID + `" class="ocf" provider="holdfast" type="address">
   <instance_attributes id="address-parameters">
    <nvpair id="address-ip" name="ip" value="%[1]s"/>
    <nvpair id="address-nic" name="nic" value="%[2]s"/>
    <nvpair id="address-program" name="program" value="%[4]s"/>
   </instance_attributes>
   <operations><op id="address-monitor" name="monitor" interval="1s" timeout="10s"/></operations>
  </primitive>
  <primitive id="` + webID + `" class="ocf" provider="holdfast" type="web">
   <instance_attributes id="page-parameters">
    <nvpair id="page-address" name="address" value="%[1]s"/>
    <nvpair id="page-port" name="port" value="%[3]d"/>
    <nvpair id="page-program" name="program" value="%[4]s"/>
   </instance_attributes>
   <operations><op id="page-monitor" name="monitor" interval="1s" timeout="10s"/></operations>
  </primitive>
 </group>
</resources>
<rsc_defaults><meta_attributes id="demo-defaults"><nvpair id="demo-sticky" name="resource-stickiness" value="100"/></meta_attributes></rsc_defaults>
</configuration>`

// configure tells the cluster what to run.
func (l *lab) configure(e endpoint) error {
	wish, err := xml.Parse([]byte(fmt.Sprintf(configuration, e.address, e.nic, e.port, l.program)))
	if err != nil {
		return err
	}
	c, err := l.reachAny()
	if err != nil {
		return err
	}
	defer c.Close()
	_, err = c.Apply(cib.Request{Op: cib.Modify, Section: "configuration", Data: wish, AllowCreate: true})
	return err
}

// serverProcess finds the web server: the machine that it runs on, and its process.
func (l *lab) serverProcess() (*machine, int, error) {
	for _, m := range l.machines {
		text, err := os.ReadFile(m.path("var", "web-"+webID+".pid"))
		if err != nil || !m.IsOn() {
			continue
		}
		pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
		if err == nil && alive(pid) {
			return m, pid, nil
		}
	}
	return nil, 0, fmt.Errorf("no web server is running")
}

// daemonProcess is the node process of a machine, as its supervisor noted it.
func (m *machine) daemonProcess() (int, error) {
	text, err := os.ReadFile(m.path("run", "node.pid"))
	if err != nil {
		return 0, fmt.Errorf("find the node process of %s: %w", m.name, err)
	}
	word, _, _ := strings.Cut(string(text), " ")
	return strconv.Atoi(word)
}

func alive(pid int) bool {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return false
	}
	state := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))[0]
	return state != "Z" && state != "X"
}

// killProcess kills one process and waits until it has ended.
func killProcess(pid int) error {
	if err := unix.Kill(pid, unix.SIGKILL); err != nil {
		return fmt.Errorf("kill process %d: %w", pid, err)
	}
	for end := time.Now().Add(time.Second); alive(pid) && time.Now().Before(end); {
		time.Sleep(time.Millisecond)
	}
	return nil
}

// A reader asks for the page all the time, as the service's users do.
type reader struct {
	address string // host:port
	stop    chan struct{}
	done    sync.WaitGroup

	mu   sync.Mutex
	last answer
	good answer // the last one with the page
	bad  int    // how many were without it, as the one before: a busy machine may be late once
}

// answer is what one request gave.
type answer struct {
	asked, came time.Time
	node        string // that served the page, "" if there was none
	err         error
}

// readPause is between two requests, readPatience how long one may take.
const (
	readPause    = 10 * time.Millisecond
	readPatience = 300 * time.Millisecond
)

func newReader(e endpoint) *reader {
	r := &reader{address: net.JoinHostPort(e.address, strconv.Itoa(e.port)), stop: make(chan struct{})}
	r.done.Go(func() {
		for {
			a := r.ask()
			r.mu.Lock()
			switch {
			case a.err == nil:
				r.good = a
			case r.last.err != nil:
				r.bad++
			}
			r.last = a
			r.mu.Unlock()
			select {
			case <-r.stop:
				return
			case <-time.After(readPause):
			}
		}
	})
	return r
}

func (r *reader) close() {
	close(r.stop)
	r.done.Wait()
}

func (r *reader) ask() answer {
	a := answer{asked: time.Now()}
	p, err := page.Get(r.address, readPatience)
	a.came = time.Now()
	if err != nil {
		a.err = err
		return a
	}
	if _, rest, found := strings.Cut(p.Body, "<b>"); found { // where the page names its node
		a.node, _, _ = strings.Cut(rest, "</b>")
		return a
	}
	a.err = fmt.Errorf("not the page of the demonstration: %s", p.Status)
	return a
}

// latest returns the last answer, and the last one with the page.
func (r *reader) latest() (last, good answer) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.last, r.good
}

// missed counts the requests that did not get the page, beyond the first in a row.
func (r *reader) missed() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.bad
}
