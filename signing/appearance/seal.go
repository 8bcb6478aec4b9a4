package appearance

// mm is a millimetre in points.
const mm = 72 / 25.4

// SealDiameter is that of a round seal when nobody says another, in millimetres.
const SealDiameter = 36.0

// Seals are between these sizes, in millimetres. A picture that claims to be
// smaller or larger says where it was scanned or drawn, not how large the seal is.
const (
	leastSeal = 20.0
	mostSeal  = 60.0
)

// SealSize is the real size of the seal that the picture shows, in points (NĐ
// 30/2020: "kích thước bằng kích thước thực tế của dấu"). Its larger side has
// the diameter, in millimetres. With 0 that is what the picture's own pHYs
// makes it, if seals come in that size, and SealDiameter otherwise.
func (p *Picture) SealSize(diameter float64) (width, height float64) {
	across := max(p.width, p.height)
	if diameter <= 0 {
		diameter = SealDiameter
		if p.perMetre > 0 {
			if own := 1000 * float64(across) / float64(p.perMetre); own >= leastSeal && own <= mostSeal {
				diameter = own
			}
		}
	}
	point := diameter * mm / float64(across)
	return float64(p.width) * point, float64(p.height) * point
}

// SealBox is the place of a seal of the size over the image of the leader's
// signature: it covers the left third of it, at half its height (NĐ 30/2020:
// "trùm lên khoảng 1/3 hình ảnh chữ ký … về bên trái"). Picture.In tells where
// in its box the leader's image lies.
func SealBox(leader [4]float64, width, height float64) [4]float64 {
	right := leader[0] + (leader[2]-leader[0])/3
	middle := (leader[1] + leader[3]) / 2
	return [4]float64{right - width, middle - height/2, right, middle + height/2}
}
