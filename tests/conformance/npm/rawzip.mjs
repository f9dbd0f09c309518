import { deflateRawSync } from 'node:zlib';

export const megabyte = 1024 * 1024;

// Zips that no library writes: entries with any name, any content and any claims.
export function rawZip(entries) {
  const locals = [], centrals = [];
  let offset = 0;
  for (const { name, bytes, method = 8, size, crc } of entries) {
    const packed = method === 8 ? deflateRawSync(bytes) : bytes;
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(method, 4);
    common.writeUInt16LE(0x21, 8);
    common.writeUInt32LE(crc, 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(size ?? bytes.length, 18);
    common.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, Buffer.from(name), packed]);
    const at = Buffer.alloc(14);
    at.writeUInt32LE(offset, 10);
    centrals.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00'), common, at, Buffer.from(name)]));
    locals.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(centrals);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 0, 'latin1');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
}
const crcTable = Uint32Array.from({ length: 256 }, (_, n) => {
  for (let k = 0; k < 8; ++k) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
  return n;
});
const crcOf = (bytes) => {
  let c = ~0;
  for (const b of bytes) c = crcTable[(c ^ b) & 255] ^ (c >>> 8);
  return ~c >>> 0;
};
export const entry = (name, content, more = {}) => {
  const bytes = Buffer.from(content);
  return { name, bytes, crc: crcOf(bytes), ...more };
};

// A zip of that many megabytes of blanks; it may claim another size.
export function bomb(megabytes, claimed) {
  const bytes = Buffer.alloc(megabytes * megabyte, 0x20);
  return rawZip([{ name: 'beianinfo.xml', bytes, crc: 0, ...(claimed ? { size: claimed } : {}) }]);
}
/** Bytes as they are, with a CRC that is wrong: refused for their size before it is looked at. */
export const crcless = (bytes) => rawZip([{ name: 'beianinfo.xml', bytes, crc: 0, method: 0 }]);
