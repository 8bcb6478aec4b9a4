package demo

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"khonggiay/app"
	"khonggiay/app/demo/paper"
)

// letter is the paper of an outgoing document. Number 0 leaves its place free.
func (m *sending) letter(r *rand.Rand, number uint32) paper.Letter {
	o := m.office
	l := paper.Letter{
		Organ: o.Plan.name, Notation: app.MakeNotation(m.topic.Type, o.Unit, m.div.Unit), Place: o.Unit.Place,
		Urgency: m.urgency, Type: paper.TypeTitle(m.topic.Type), Subject: m.subject, Draft: m.early,
		Title: o.Plan.headTitle, Signer: m.signer.Name,
	}
	switch {
	case o.Commune:
		l.Organ = strings.Replace(o.Plan.name, "Ủy ban nhân dân", "UBND", 1)
		l.Parent = "UBND tỉnh " + provinceName
	case o.Unit.Level != "province":
		l.Parent = "UBND tỉnh " + provinceName
	}
	if number != 0 {
		l.Number, l.Date = app.NumberText(number), m.at.Date()
	}
	switch m.form {
	case app.AuthorityKT:
		l.Form, l.Title = "KT. "+o.Plan.headTitle, deputyTitle(o.Plan.headTitle)
	case app.AuthorityTM:
		l.Form = "TM. Ủy ban nhân dân"
	}
	if l.Type == "" {
		l.Addressees = m.addressees()
	}
	l.Bases, l.Body = m.bases(), m.body(r)
	l.To = append(m.addressees(), "Lưu: VT, "+m.div.Unit.Notation)
	if m.topic.Type != app.TypeOfficialLetter && !o.Commune && o.Unit.Level != "province" {
		l.To = append([]string{"UBND tỉnh (b/c)"}, l.To...)
	}
	return l
}

// addressees names few offices one by one, many together.
func (m *sending) addressees() []string {
	if len(m.to) > 6 {
		return []string{"Ủy ban nhân dân các xã, phường"}
	}
	out := make([]string, len(m.to))
	for i, o := range m.to {
		out[i] = o.Plan.name
	}
	return out
}

func (m *sending) bases() []string {
	if m.topic.Type != "QĐ" {
		return nil
	}
	return []string{
		"Căn cứ Luật Tổ chức chính quyền địa phương ngày 16 tháng 6 năm 2025;",
		"Căn cứ Nghị định số 30/2020/NĐ-CP ngày 05 tháng 3 năm 2020 của Chính phủ về công tác văn thư;",
		"Theo đề nghị của " + m.div.Unit.Name + ".",
	}
}

// body is one to three pages of text about the subject.
func (m *sending) body(r *rand.Rand) []string {
	about := short(m.subject)
	if m.reply != "" || m.topic.Type == "BC" {
		return m.report(r, about)
	}
	what := fmt.Sprintf("Thực hiện chương trình công tác năm %d và để kịp thời triển khai nội dung %s, %s đề nghị các cơ quan, đơn vị, địa phương tập trung thực hiện một số nội dung sau:",
		m.at.Year(), about, m.office.Plan.name)
	if m.topic.Type == "CĐ" {
		what = fmt.Sprintf("Theo dự báo của cơ quan chuyên môn, diễn biến tình hình trong 24 đến 48 giờ tới hết sức phức tạp. Để chủ động %s, %s yêu cầu Chủ tịch Ủy ban nhân dân các xã, phường tập trung thực hiện ngay các nhiệm vụ sau đây:",
			strings.TrimPrefix(about, "tập trung "), m.office.Plan.headTitle+" "+m.office.Plan.name)
	}
	out := []string{what}
	do := append([]string{}, fields[m.office.Plan.leads].Do...)
	do = append(do, commonTasks...)
	r.Shuffle(len(do)-len(commonTasks), func(i, j int) { do[i], do[j] = do[j], do[i] })
	for i, text := range do[:3+r.IntN(len(do)-2)] {
		out = append(out, fmt.Sprintf("%d. %s", i+1, text))
	}
	if m.due != 0 {
		d := m.due.Std()
		out = append(out, fmt.Sprintf("Báo cáo kết quả thực hiện gửi về %s (qua %s) trước ngày %02d tháng %d năm %d để tổng hợp, báo cáo Ủy ban nhân dân tỉnh.",
			m.office.Plan.name, m.div.Unit.Name, d.Day(), int(d.Month()), d.Year()))
	}
	return append(out, "Trong quá trình thực hiện, nếu có khó khăn, vướng mắc, đề nghị phản ánh kịp thời để được hướng dẫn, giải quyết./.")
}

var commonTasks = []string{
	"Giao Văn phòng theo dõi, đôn đốc việc triển khai thực hiện; tổng hợp những nội dung chậm tiến độ để chấn chỉnh.",
	"Tăng cường công tác thông tin, tuyên truyền để cán bộ, công chức và Nhân dân hiểu rõ, đồng thuận thực hiện.",
	"Phân công lãnh đạo trực tiếp chỉ đạo, kiểm tra tại cơ sở; chịu trách nhiệm toàn diện nếu để xảy ra chậm trễ, sai sót do nguyên nhân chủ quan.",
}

func (m *sending) report(r *rand.Rand, about string) []string {
	what := about
	if m.reply != "" {
		what = short(m.reply)
	}
	households := 20 + r.IntN(300)
	return []string{
		fmt.Sprintf("Thực hiện chỉ đạo của cấp trên về nội dung %s, %s báo cáo kết quả như sau:", what, m.office.Plan.name),
		"I. KẾT QUẢ THỰC HIỆN",
		fmt.Sprintf("1. Công tác chỉ đạo: Đã ban hành văn bản triển khai đến %d thôn, bản, tổ dân phố; phân công thành viên phụ trách từng địa bàn.", 8+r.IntN(14)),
		fmt.Sprintf("2. Kết quả cụ thể: Đã rà soát %d hộ, hoàn thành %d%% khối lượng công việc được giao; các nội dung còn lại hoàn thành trong tháng.", households, 82+r.IntN(18)),
		"3. Công tác tuyên truyền: Phát trên hệ thống truyền thanh cơ sở ngày hai buổi; nhân dân đồng thuận, không phát sinh đơn thư.",
		"II. KHÓ KHĂN, VƯỚNG MẮC",
		"Địa bàn rộng, giao thông đi lại khó khăn, một số thôn, bản sóng di động yếu nên việc tổng hợp số liệu còn chậm.",
		"III. ĐỀ XUẤT, KIẾN NGHỊ",
		"Đề nghị cấp trên quan tâm hỗ trợ kinh phí và tập huấn nghiệp vụ cho cán bộ cơ sở./.",
	}
}
