package store

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"holdfast/cib"
)

// version makes a CIB with the given epoch.
func version(t *testing.T, epoch int) cib.CIB {
	t.Helper()
	c, err := cib.Parse(fmt.Appendf(nil, `<cib validate-with="pacemaker-4.0" admin_epoch="0" epoch="%d" num_updates="7">
		<configuration><crm_config/><nodes/><resources/><constraints/></configuration><status><node_state id="1"/></status></cib>`, epoch))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestSavedIsLoadedWithoutStatus(t *testing.T) {
	path := filepath.Join(t.TempDir(), "cib")
	d, err := Dir(path)
	if err != nil {
		t.Fatal(err)
	}
	s := Open(d)
	for epoch := range 3 {
		if err := s.Save(version(t, epoch)); err != nil {
			t.Fatal(err)
		}
	}
	l, err := Open(d).Load()
	if err != nil || len(l.Told) > 0 {
		t.Fatal(err, l.Told)
	}
	if got := l.CIB.Version().String(); got != "0.2.0" || len(l.CIB.Status().Children) != 0 {
		t.Errorf("version %s, status %s", got, l.CIB.Status())
	}
	names, _ := d.List()
	want := []string{"cib-0.raw", "cib-0.raw.sig", "cib-1.raw", "cib-1.raw.sig", "cib.last", "cib.xml", "cib.xml.sig", "cib.xml.sig.next"}
	if !slices.Equal(names, want) {
		t.Errorf("files %q, want %q", names, want)
	}
	if info, err := os.Stat(filepath.Join(path, "cib.xml")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v, want mode 0600", info, err)
	}
}

func TestADamagedFileIsSetAsideAndTheNewestBackupUsed(t *testing.T) {
	for _, c := range []struct {
		name   string
		damage func(d *memory)
		told   string
	}{
		{"edited by hand", func(d *memory) {
			d.files["cib.xml"] = []byte(strings.Replace(string(d.files["cib.xml"]), "<nodes/>", "<nodes></nodes><!--x-->", 1))
		}, "edited by hand"},
		{"cut off", func(d *memory) { d.files["cib.xml"] = d.files["cib.xml"][:50] }, "no XML"},
		{"empty", func(d *memory) { d.files["cib.xml"] = nil }, "empty"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newMemory()
			s := Open(d)
			for epoch := range 4 {
				if err := s.Save(version(t, epoch)); err != nil {
					t.Fatal(err)
				}
			}
			c.damage(d)
			d.files["cib-2.raw"] = []byte("<cib")
			l, err := Open(d).Load()
			if err != nil {
				t.Fatal(err)
			}
			if l.From != "cib-1.raw" || l.CIB.Version().Epoch != 1 {
				t.Errorf("%s, version %v", l.From, l.CIB.Version())
			}
			if told := strings.Join(l.Told, "\n"); !strings.Contains(told, c.told) || !strings.Contains(told, "cib.damaged-1.xml") {
				t.Errorf("told: %s", told)
			}
		})
	}
}

// A crash after any step of a Save leaves the version before or the new one.
func TestACrashInTheMiddleLosesNothingAcknowledged(t *testing.T) {
	for fail := 0; ; fail++ {
		d := newMemory()
		s := Open(d)
		for epoch := range 2 {
			if err := s.Save(version(t, epoch)); err != nil {
				t.Fatal(err)
			}
		}
		d.left = fail
		err := s.Save(version(t, 2))
		d.left = -1
		l, loadErr := Open(d).Load()
		if loadErr != nil || l.CIB.IsZero() {
			t.Fatalf("crash after step %d: %v %v", fail, loadErr, l.Told)
		}
		epoch := l.CIB.Version().Epoch
		if err == nil && epoch != 2 || epoch < 1 {
			t.Fatalf("crash after step %d: epoch %d after %v", fail, epoch, err)
		}
		if err == nil {
			return
		}
	}
}

// The files are as Pacemaker 2.1.5 wrote them; its digests spell quotes and what
// is outside ASCII in a way of their own.
func TestAStoreOfPacemakerIsRead(t *testing.T) {
	d := newMemory()
	d.files["cib.xml"] = []byte(`<cib crm_feature_set="3.16.1" validate-with="pacemaker-3.9" epoch="6" num_updates="0" admin_epoch="1" cib-last-written="Sun Nov 22 00:17:50 2026">
  <configuration>
    <crm_config/>
    <nodes>
      <node id="1" uname="n1&quot;ü'"/>
      <node id="2" uname="n2&quot;ü'"/>
      <node id="3" uname="n3&quot;ü'"/>
    </nodes>
    <resources/>
    <constraints/>
  </configuration>
</cib>
`)
	d.files["cib.xml.sig"] = []byte("ed366ffe0ee4e73848920fe6f35ea99d")
	d.files["cib-2.raw"] = []byte(`<cib crm_feature_set="3.16.1" validate-with="pacemaker-3.9" epoch="6" num_updates="0" admin_epoch="1" cib-last-written="Sun Nov 22 00:17:50 2026">
  <configuration>
    <crm_config/>
    <nodes>
      <node id="1" uname="n1&quot;ü'"/>
      <node id="2" uname="n2&quot;ü'"/>
    </nodes>
    <resources/>
    <constraints/>
  </configuration>
</cib>
`)
	d.files["cib-2.raw.sig"] = []byte("b6ec0a49c7fc8b16db082c4208e260da")
	d.files["cib.last"] = []byte("3")
	l, err := Open(d).Load()
	if err != nil || len(l.Told) > 0 || len(l.CIB.Configuration().Child("nodes").Children) != 3 {
		t.Errorf("%v %v", err, l.Told)
	}
	delete(d.files, "cib.xml")
	l, err = Open(d).Load()
	if err != nil || l.From != "cib-2.raw" || len(l.CIB.Configuration().Child("nodes").Children) != 2 {
		t.Errorf("%v %v", err, l.Told)
	}
}

func TestSmallFiles(t *testing.T) {
	d := newMemory()
	if data, err := Load(d, "x"); data != nil || err != nil {
		t.Errorf("%s %v, want nothing", data, err)
	}
	if err := Save(d, "x", []byte("1")); err != nil {
		t.Fatal(err)
	}
	if data, err := Load(d, "x"); string(data) != "1" || err != nil {
		t.Errorf("%s %v", data, err)
	}
}

// memory is a disk that can crash: after left more steps every call fails.
type memory struct {
	files map[string][]byte
	left  int // negative: no crash
}

func newMemory() *memory { return &memory{map[string][]byte{}, -1} }

func (m *memory) step() error {
	if m.left == 0 {
		return fmt.Errorf("crashed")
	}
	m.left--
	return nil
}

func (m *memory) Read(name string) ([]byte, error) {
	if data, ok := m.files[name]; ok {
		return data, nil
	}
	return nil, fs.ErrNotExist
}

func (m *memory) Write(name string, data []byte) error {
	if err := m.step(); err != nil {
		return err
	}
	m.files[name] = slices.Clone(data)
	return nil
}

func (m *memory) Link(from, to string) error {
	if err := m.step(); err != nil {
		return err
	}
	data, err := m.Read(from)
	if err == nil {
		m.files[to] = data
	}
	return err
}

func (m *memory) Rename(from, to string) error {
	if err := m.Link(from, to); err != nil {
		return err
	}
	delete(m.files, from)
	return nil
}

func (m *memory) Remove(name string) error {
	if err := m.step(); err != nil {
		return err
	}
	delete(m.files, name)
	return nil
}

func (m *memory) List() (names []string, err error) {
	for name := range m.files {
		names = append(names, name)
	}
	slices.Sort(names)
	return names, nil
}

func (m *memory) Sync() error { return m.step() }
