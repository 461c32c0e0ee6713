//! Little-endian numbers off the front of bytes.

pub(super) struct Bytes<'b>(pub &'b [u8]);

impl<'b> Bytes<'b> {
    pub fn take(&mut self, length: usize) -> Option<&'b [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    pub fn u16(&mut self) -> Option<u16> {
        self.take(2)?.try_into().ok().map(u16::from_le_bytes)
    }

    pub fn u32(&mut self) -> Option<u32> {
        self.take(4)?.try_into().ok().map(u32::from_le_bytes)
    }

    /// A length, so many bytes, and what fills them up to a multiple of four.
    pub fn padded(&mut self) -> Option<&'b [u8]> {
        let length = self.u32()? as usize;
        let data = self.take(length)?;
        let filling = length.next_multiple_of(4) - length;
        self.0 = self.0.get(filling..).unwrap_or_default();
        Some(data)
    }
}
