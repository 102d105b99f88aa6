package lab

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// FenceAgent is the name of the fence agent of the machines.
const FenceAgent = "fence_lab"

// fenceRole is the first argument of the program behind the agent.
const fenceRole = "lab-fence"

// fenceScript calls us from a machine, where what is shared is at sharedPlace.
const fenceScript = "#!/bin/sh\nexec " + sharedPlace + "/lab " + fenceRole + "\n"

const fenceMetadata = `<?xml version="1.0"?>
<resource-agent name="fence_lab" shortdesc="Power switch of a lab">
<longdesc>Switches the machines of a lab off and on.</longdesc>
<parameters>
<parameter name="action" required="1"><getopt mixed="-o"/><content type="string" default="off"/><shortdesc lang="en">Action</shortdesc></parameter>
<parameter name="plug" required="1"><getopt mixed="-n"/><content type="string"/><shortdesc lang="en">Machine</shortdesc></parameter>
</parameters>
<actions>
<action name="on" automatic="0"/><action name="off"/><action name="reboot"/><action name="status"/>
<action name="list"/><action name="monitor"/><action name="metadata"/>
</actions>
</resource-agent>
`

// statusOff is how a fence agent ends if it was asked for the status of a machine
// that is off.
const statusOff = 2

// runFence is the fence agent: it carries out what standard input says, in lines of
// key=value.
func runFence(in io.Reader, out, errs io.Writer) int {
	given := map[string]string{"action": "off"}
	for lines := bufio.NewScanner(in); lines.Scan(); {
		if k, v, ok := strings.Cut(lines.Text(), "="); ok {
			given[k] = v
		}
	}
	if given["action"] == "metadata" {
		io.WriteString(out, fenceMetadata)
		return 0
	}
	target := given["plug"]
	if target == "" {
		target = given["nodename"]
	}
	host, _ := os.Hostname()
	answer, err := ask(given["action"], target, host)
	switch {
	case err != nil:
		fmt.Fprintln(errs, err)
		return 1
	case given["action"] == "status" && answer == "off":
		return statusOff
	case given["action"] == "list":
		fmt.Fprintln(out, strings.ReplaceAll(answer, " ", ",\n")+",")
	}
	return 0
}

// ask sends one line to the power switch and returns its answer.
func ask(action, target, by string) (string, error) {
	conn, err := net.DialTimeout("unix", filepath.Join(sharedPlace, powerSocket), time.Second)
	if err != nil {
		return "", err
	}
	defer conn.Close()
	if target == "" {
		target = "-"
	}
	fmt.Fprintln(conn, action, target, by)
	answer, err := bufio.NewReader(conn).ReadString('\n')
	if err != nil {
		return "", fmt.Errorf("the power switch does not answer: %w", err)
	}
	answer = strings.TrimSpace(answer)
	if text, failed := strings.CutPrefix(answer, "error: "); failed {
		return "", errors.New(text)
	}
	return answer, nil
}
