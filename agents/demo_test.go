package agents

import (
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"holdfast/crm"
	"holdfast/tool"
	"holdfast/tool/demoweb"
)

// The test program is holdfast as far as the agent of the web server is concerned.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "demo-web" {
		env := &tool.Env{Program: "demo-web", Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Getenv: os.Getenv, Now: time.Now}
		os.Exit(int(demoweb.Tool().Run(env, os.Args[2:])))
	}
	flag.Parse()
	os.Exit(m.Run())
}

// freePort finds a port that nobody listens on.
func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return fmt.Sprint(l.Addr().(*net.TCPAddr).Port)
}

// The web server of demonstrations serves, is watched, found dead when it is killed, and stopped.
func TestWeb(t *testing.T) {
	for _, foreign := range []bool{false, true} {
		t.Run(fmt.Sprintf("resource-agents %v", foreign), func(t *testing.T) {
			s := install(t, foreign)
			port := freePort(t)
			params := []string{"port=" + port, "program=" + os.Args[0], "text=A <line>", "CRM_meta_on_node=n7"}
			expect := func(action string, code crm.OCF) {
				t.Helper()
				if r := s.do("holdfast", "web", action, params...); r.Code != code || r.Status != crm.OpDone {
					t.Fatalf("%s: got %v %v %q, want %v\n%s", action, r.Status, r.Code, r.ExitReason, code, r.Stderr)
				}
			}
			t.Cleanup(func() { s.do("holdfast", "web", "stop", params...) })
			expect("monitor", crm.OCFNotRunning)
			expect("start", crm.OCFOK)
			expect("start", crm.OCFOK)
			expect("monitor", crm.OCFOK)
			if page := fetch(t, port); !strings.Contains(page, "<b>n7</b>") || !strings.Contains(page, "A &lt;line&gt;") {
				t.Errorf("page: %s", page)
			}
			pid, _ := os.ReadFile(s.dir + "/web-rsc.pid")
			if err := exec.Command("kill", "-9", strings.TrimSpace(string(pid))).Run(); err != nil {
				t.Fatal(err)
			}
			time.Sleep(50 * time.Millisecond)
			expect("monitor", crm.OCFNotRunning)
			expect("start", crm.OCFOK)
			expect("stop", crm.OCFOK)
			expect("stop", crm.OCFOK)
			expect("monitor", crm.OCFNotRunning)
		})
	}
}

// A server that cannot start says why.
func TestWebPortInUse(t *testing.T) {
	s := install(t, false)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	port := fmt.Sprint(l.Addr().(*net.TCPAddr).Port)
	go http.Serve(l, http.NotFoundHandler())
	r := s.do("holdfast", "web", "start", "port="+port, "program="+os.Args[0])
	if r.Code != crm.OCFError || !strings.Contains(r.ExitReason, "address already in use") {
		t.Errorf("got %v %v %q", r.Status, r.Code, r.ExitReason)
	}
	if r := s.do("holdfast", "web", "start", "port=0", "program="+os.Args[0]); r.Code != crm.OCFNotConfigured {
		t.Errorf("port 0: %v", r.Code)
	}
}

func fetch(t *testing.T, port string) string {
	t.Helper()
	client := http.Client{Timeout: bound}
	resp, err := client.Get("http://127.0.0.1:" + port + "/")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	data, _ := io.ReadAll(resp.Body)
	return string(data)
}

// An address comes to the interface and goes from it. It is one of the documentation's
// (RFC 5737), on the loopback interface, for the moment of the test.
func TestAddress(t *testing.T) {
	s := install(t, false)
	const ip = "192.0.2.177"
	params := []string{"ip=" + ip, "nic=lo"}
	root := os.Getuid() == 0
	if _, err := exec.LookPath("ip"); err != nil {
		root = false
	}
	t.Cleanup(func() { s.do("holdfast", "address", "stop", params...) })
	for _, step := range []step{
		{"monitor", 7, ""}, {"stop", 0, ""}, {"start", 0, ""}, {"monitor", 0, ""}, {"start", 0, ""}, {"stop", 0, ""}, {"monitor", 7, ""},
	} {
		r := s.do("holdfast", "address", step.action, params...)
		if r.Code != step.code {
			t.Fatalf("%s: got %v %q\n%s", step.action, r.Code, r.ExitReason, r.Stderr)
		}
		if l, err := net.Listen("tcp", ip+":0"); root && (err == nil) != (step.action == "start" || step.action == "monitor" && r.OK()) {
			t.Fatalf("after %s: listening on the address: %v", step.action, err)
		} else if err == nil {
			l.Close()
		}
	}
	for _, bad := range [][]string{nil, {"ip=there"}, {"ip=" + ip, "prefix=33"}} {
		if r := s.do("holdfast", "address", "start", bad...); r.Code != crm.OCFNotConfigured {
			t.Errorf("%v: %v", bad, r.Code)
		}
	}
}
