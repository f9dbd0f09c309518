// Invented secrets for an invented provider.
const kLetters = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789'
const kLength = 16 // what AES-128 takes

// Bytes beyond the last whole turn of the letters are left out, so that each is as likely.
function secret() {
  let text = ''
  const limit = 256 - (256 % kLetters.length)
  while (text.length < kLength)
    for (const byte of crypto.getRandomValues(new Uint8Array(2 * kLength)))
      if (byte < limit && text.length < kLength) text += kLetters[byte % kLetters.length]
  return text
}

export const newCredentials = () => ({ password: secret(), key: secret(), iv: secret() })
export type Credentials = ReturnType<typeof newCredentials>
