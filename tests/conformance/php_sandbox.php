<?php
// php php_sandbox.php ORIGIN: see php_sandbox.sh. Nothing here is shared with the project's code:
// the zip, the hash, the cipher and the document are PHP's own.
declare(strict_types=1);

const PROVIDER = 30001;
const USER = 'yangli-php';
const PASSWORD = '样例口令-php';
const KEY = '0123456789abcdef';
const IV = 'fedcba9876543210';

$passed = 0;
function check(bool $fine, string $what): void {
    global $passed;
    if (!$fine) throw new Exception($what);
    ++$passed;
}

function gbk(string $utf8): string { return iconv('UTF-8', 'GBK', $utf8); }

/** A zip of one entry, by the format's description (APPNOTE 4.3). */
function zip(string $bytes): string {
    $packed = gzdeflate($bytes);
    $name = 'beianinfo.xml';
    $common = pack('vvvvvVVVvv', 20, 0, 8, 0, 0x21, crc32($bytes), strlen($packed),
        strlen($bytes), strlen($name), 0);
    $local = "PK\x03\x04" . $common . $name . $packed;
    $central = "PK\x01\x02" . pack('v', 20) . $common . pack('vvvVV', 0, 0, 0, 0, 0) . $name;
    return $local . $central . "PK\x05\x06" . pack('vvvvVVv', 0, 0, 1, 1, strlen($central),
        strlen($local), 0);
}

function unzip(string $bytes): string {
    $end = strrpos($bytes, "PK\x05\x06");
    check($end !== false, 'no zip');
    $directory = unpack('vdisk/vstart/vhere/vtotal/Vsize/Voffset', substr($bytes, $end + 4));
    check($directory['total'] === 1, 'not one entry');
    $entry = unpack('vby/vneed/vflags/vmethod/vtime/vdate/Vcrc/Vpacked/Vsize/vname/vextra/'
        . 'vcomment/vdisk/vinternal/Vexternal/Voffset', substr($bytes, $directory['offset'] + 4));
    $local = unpack('vname/vextra', substr($bytes, $entry['offset'] + 26));
    $data = substr($bytes, $entry['offset'] + 30 + $local['name'] + $local['extra'], $entry['packed']);
    $plain = $entry['method'] === 0 ? $data : gzinflate($data);
    check(crc32($plain) === $entry['crc'], 'crc of the zip');
    return $plain;
}

function seal(string $xml): array {
    $zip = zip($xml);
    return ['beianInfo' => base64_encode(openssl_encrypt($zip, 'aes-128-cbc', KEY,
                OPENSSL_RAW_DATA, IV)),
            'beianInfoHash' => base64_encode(md5($zip, true)),
            'encryptAlgorithm' => 1, 'compressionFormat' => 0];
}

function open_file(SimpleXMLElement $file): string {
    $zip = openssl_decrypt(base64_decode((string)$file->beianInfo), 'aes-128-cbc', KEY,
        OPENSSL_RAW_DATA, IV);
    check($zip !== false, 'decryption');
    check(base64_encode(md5($zip, true)) === (string)$file->beianInfoHash, 'hash');
    return unzip($zip);
}

function login(string $first): array {
    $random = substr(bin2hex(random_bytes(10)), 0, 20);
    return [$first => PROVIDER, 'userName' => USER, 'randVal' => $random,
        'pwdHash' => base64_encode(md5(gbk(PASSWORD) . $random, true)), 'hashAlgorithm' => 0];
}

/** The characters of `return` are the document; its declared encoding is not to be believed. */
function document(string $characters): SimpleXMLElement {
    $document = simplexml_load_string(
        preg_replace('/encoding="GBK"/', 'encoding="UTF-8"', $characters, 1));
    check($document !== false, 'no document: ' . $characters);
    return $document;
}

function manage(string $method, string $path, ?array $body = null): mixed {
    global $origin;
    $answer = file_get_contents($origin . $path, false, stream_context_create(['http' => [
        'method' => $method, 'header' => "Content-Type: application/json\r\n",
        'content' => $body === null ? '' : json_encode($body), 'ignore_errors' => true]]));
    check($answer !== false, "$method $path");
    return json_decode($answer, true);
}

function until(callable $condition, string $what): mixed {
    for ($end = microtime(true) + 20; microtime(true) < $end; usleep(20000))
        if ($found = $condition()) return $found;
    throw new Exception("never: $what");
}

/** ISO 7064 MOD 11-2 of GB 11643, MOD 31-3 of GB 32100: invented numbers with valid check characters. */
function identity(string $first17): string {
    for ($sum = 0, $i = 0; $i < 17; ++$i) $sum += (int)$first17[$i] * (2 ** (17 - $i) % 11);
    return $first17 . '10X98765432'[$sum % 11];
}
function credit(string $first17): string {
    $alphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY';
    for ($sum = 0, $weight = 1, $i = 0; $i < 17; ++$i, $weight = $weight * 3 % 31)
        $sum += strpos($alphabet, $first17[$i]) * $weight;
    return $first17 . $alphabet[(31 - $sum % 31) % 31];
}

function person(int $n): string {
    return "<Fzr_xm>样例人员$n</Fzr_xm><Fzr_dhhm>0755-22222222</Fzr_dhhm>"
        . "<Fzr_sjhm>1380000000$n</Fzr_sjhm><Fzr_dzyj>yangli@yangli-php-example.cn</Fzr_dzyj>"
        . '<Fzr_zjlx>2</Fzr_zjlx><Fzr_zjhm>' . identity("4403001900010100$n") . '</Fzr_zjhm>';
}

function upload_document(string $version): string {
    return gbk('<?xml version="1.0" encoding="GBK"?>' . "\n<UploadData version=\"$version\"><ICP><XZBA>"
        . '<Baxx><Zt_xx><IspZtid>501</IspZtid><Dwmc>样例公司（PHP）</Dwmc><Dwxz>4</Dwxz><Txdz>'
        . '<Shengid>440000</Shengid><Shiid>440300</Shiid><Xianid>440305</Xianid>'
        . '<Xxdz>样例路 1 号</Xxdz></Txdz><Zj><Zjlx>1</Zjlx><Zjhm>' . credit('91440300MA5EPHP01')
        . '</Zjhm><Zjzs>样例路 1 号</Zjzs></Zj><Fzr>' . person(1) . '</Fzr><Bbfs>1</Bbfs></Zt_xx>'
        . '<Wz_xx><IspWzid>502</IspWzid><Wzmc>样例网站</Wzmc><Fwnr><Fwnr_id>8</Fwnr_id></Fwnr><Yylb>'
        . '<Yylb_id>1</Yylb_id></Yylb><Ym_xx><IspYmid>503</IspYmid><Ym>yangli-php-example.cn</Ym>'
        . '</Ym_xx><Jr_xx><IspJrid>504</IspJrid><Wzfb><Fbdd>19</Fbdd></Wzfb><Wzjrfs><Jrfs>3</Jrfs>'
        . '</Wzjrfs><Ip_xx><IspIpid>505</IspIpid><Qsip>3405803777</Qsip><Zzip>3405803777</Zzip>'
        . '</Ip_xx></Jr_xx><Wz_Fzr>' . person(2) . '</Wz_Fzr><Syurl>http://www.yangli-php-example.cn/'
        . '</Syurl></Wz_xx></Baxx></XZBA><Qqdwid>' . PROVIDER . '</Qqdwid></ICP></UploadData>');
}

[, $origin] = $argv;
$profile = 'openbeian-3.1';
manage('POST', '/manage/providers', ['provider_id' => PROVIDER, 'user_name' => USER,
    'password' => PASSWORD, 'profile' => $profile, 'encryption' => 1, 'key' => KEY, 'iv' => IV,
    'province' => 440000]);
$up = new SoapClient("$origin/ISPWebService/upDownLoad?wsdl");
$status = new SoapClient("$origin/BeianStatusWebService/queryBeianStatus?wsdl");
$verify = new SoapClient("$origin/BeianStatusWebService/verifyBamm?wsdl");
/** A call by WSDL: the first parameter as that service spells it. */
function call(SoapClient $client, string $operation, array $parameters = []): SimpleXMLElement {
    $types = implode("\n", $client->__getTypes());
    $first = str_contains($types, 'ispID') ? 'ispID' : 'ispId';
    return document($client->$operation([...login($first), ...$parameters])->return);
}
/** The next file's document, acknowledged; null when nothing is there. */
function fetch(SoapClient $up): ?SimpleXMLElement {
    $answer = call($up, 'isp_download');
    if (!isset($answer->fileInfos)) return null;
    $xml = simplexml_load_string(open_file($answer->fileInfos));
    $name = (string)$answer->fileInfos->return_FileName;
    check(preg_match('/^[A-Za-z0-9]{1,128}$/', $name) === 1, 'file name ' . $name);
    check((int)call($up, 'isp_downloadack', ['fileName' => $name])->msg_code === 0, 'ack');
    return $xml;
}

check((int)call($up, 'isp_download')->msg_code === 2, 'something to download');
check((int)call($status, 'isp_querybeianstatus', ['queryConditionType' => 0,
    'queryCondition' => 'yangli-php-example.cn'])->StatusInfo->Bazt === 1, 'filed before');
$file = seal(upload_document('V.3.0'));
check((int)call($up, 'isp_upload', [...$file, 'dataSequence' => 2])->msg_code === 14, 'gap');
check((int)call($up, 'isp_upload', [...$file, 'dataSequence' => 1, 'beianInfoHash' => 'AAAA'])
    ->msg_code === 7, 'hash');
foreach ([1, 1] as $sequence)
    check((int)call($up, 'isp_upload', [...$file, 'dataSequence' => $sequence])->msg_code === 0, 'upload');
$previous = call($up, 'isp_querypreviousupload');
check((int)$previous->fileInfos->dataSequence === 1, 'previous sequence');
check((string)$previous->fileInfos->beianInfo === $file['beianInfo'], 'previous file');

$tasks = until(fn() => fetch($up), 'SMS tasks');
check(count($tasks->xpath('//Ob_hyxx')) === 2, 'two persons: ' . $tasks->asXML());
foreach ([1, 2] as $n) {
    $mobile = "1380000000$n";
    $code = manage('GET', "/manage/phones/$mobile/messages")[0]['code'];
    $done = manage('POST', '/manage/sms', ['mobile' => $mobile, 'code' => $code,
        'last_six' => substr(identity("4403001900010100$n"), 12)]);
    check(($done['result'] ?? '') === 'done', 'SMS: ' . json_encode($done));
}
$record = manage('GET', '/manage/records?state=at_authority')[0];
$number = manage('POST', "/manage/records/{$record['id']}/decision", ['approve' => true])['entity_number'];
check(preg_match('/^粤ICP备\d{10}号$/u', $number) === 1, 'number ' . $number);
$filed = until(function () use ($up) {
    $xml = fetch($up);
    return $xml?->ICP->BASJ->Baxx ?: null;
}, 'filed record');
check((string)$filed->Zt_xx->Baxh === $number, 'number in BASJ');
check((string)$filed->Wz_xx->Baxh === "$number-1", 'service number in BASJ');
check((int)$filed->Zt_xx->IspZtid === 501, 'our id in BASJ');
$info = call($status, 'isp_querybeianstatus', ['queryConditionType' => 0,
    'queryCondition' => 'yangli-php-example.cn'])->StatusInfo;
check((int)$info->Bazt === 0 && (string)$info->Ztbah === $number, 'status after');
$text = manage('GET', '/manage/phones/13800000001/messages')[0]['text'];
check(preg_match('/备案密码 (\w{8})/u', $text, $found) === 1, 'filing password');
check((int)call($verify, 'isp_verifybamm', ['baxh' => $number, 'bamm' => $found[1]])->VerifyRes === 0,
    'right filing password');
check((int)call($verify, 'isp_verifybamm', ['baxh' => $number, 'bamm' => 'wrong'])->VerifyRes === 1,
    'wrong filing password');
check((int)call($up, 'isp_querypreviousupload', ['userName' => 'x'])->msg_code === 4, 'user');
// A connection that is dropped after the commit: the call fails, the file is there.
manage('POST', '/manage/faults', ['operation' => 'isp_upload', 'kind' => 'drop_after_commit']);
try {
    call($up, 'isp_upload', [...seal('no xml'), 'dataSequence' => 2]);
    check(false, 'an answer came although the connection was to be dropped');
} catch (SoapFault $fault) {
    check((int)call($up, 'isp_querypreviousupload')->fileInfos->dataSequence === 2, 'dropped upload');
}
echo "$passed passed, 0 failed\n";
