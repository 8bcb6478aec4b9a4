// Package fire proves, with the real programs as processes of their own, that
// what a person was told is kept survives what happens to machines: killed
// processes, full disks, damaged files, wrong clocks, taken ports.
//
// It holds tests only. They build khonggiay, khonggiay-server and khonggiayctl
// once, in the variety that the tests themselves are built in, and speak to
// them as people's screens do. An oracle remembers every answer that said
// "given" and asks for it again after each fault. ROUNDS sets how many rounds
// of killing there are.
package fire
