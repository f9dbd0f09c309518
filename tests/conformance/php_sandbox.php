<?php
// php php_sandbox.php ORIGIN: see php_sandbox.sh. Nothing here is shared with the project's code:
// zip, hash, cipher and GBK are PHP's own; the documents are the samples, filled with its DOM.
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

/** A zip of one entry. */
function zip(string $bytes): string {
    $path = tempnam(sys_get_temp_dir(), 'beian');
    $zip = new ZipArchive();
    check($zip->open($path, ZipArchive::OVERWRITE) === true, 'zip');
    check($zip->addFromString('beianinfo.xml', $bytes) && $zip->close(), 'zip');
    $packed = file_get_contents($path);
    unlink($path);
    return $packed;
}

/** The one entry; ZipArchive checks its size and CRC. */
function unzip(string $bytes): string {
    $path = tempnam(sys_get_temp_dir(), 'beian');
    file_put_contents($path, $bytes);
    $zip = new ZipArchive();
    check($zip->open($path, ZipArchive::CHECKCONS) === true, 'no zip');
    check($zip->numFiles === 1, 'not one entry');
    $plain = $zip->getFromIndex(0);
    $zip->close();
    unlink($path);
    check($plain !== false, 'entry of the zip');
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

/** A sample document, GBK, with the text of some elements replaced; a value may be a function. */
function sample(string $kind, array $changes = []): string {
    $document = new DOMDocument();
    check($document->load(__DIR__ . "/samples/$kind.xml"), "sample $kind");
    foreach ($changes + ['Qqdwid' => PROVIDER] as $name => $value) {
        $found = $document->getElementsByTagName($name);
        check($found->length > 0, "$kind has no $name");
        foreach ($found as $element)
            $element->textContent = (string)($value instanceof Closure ? $value($element) : $value);
    }
    return $document->saveXML();
}

/** A row of docs/conformance.md that this script has just held; see table.py. */
$covered = [];
function covers(string ...$rows): void {
    global $covered;
    foreach ($rows as $row) $covered[$row] = true;
}

/** Holds the script to the rows that its golden file claims; more is fine. */
function settle_coverage(): void {
    global $covered;
    $golden = __DIR__ . '/../golden/conformance/php_sandbox.json';
    ksort($covered, SORT_STRING);
    if (getenv('BEIAN_GOLDEN') === 'write')
        file_put_contents($golden, json_encode(['test' => 'tests/conformance/php_sandbox.php',
            'rows' => array_keys($covered)], JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES) . "\n");
    $claimed = file_exists($golden) ? json_decode(file_get_contents($golden), true)['rows'] : [];
    $missing = array_diff($claimed, array_keys($covered));
    check($missing === [], 'claimed in php_sandbox.json but not held: ' . implode(' ', $missing));
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
    $document = document($client->$operation([...login($first), ...$parameters])->return);
    covers("operation:$operation");
    return $document;
}
/** The next file's document, acknowledged; null when nothing is there. */
function fetch(SoapClient $up): ?SimpleXMLElement {
    $answer = call($up, 'isp_download');
    if (!isset($answer->fileInfos)) return null;
    $xml = simplexml_load_string(open_file($answer->fileInfos));
    $name = (string)$answer->fileInfos->return_FileName;
    check(preg_match('/^[A-Za-z0-9]{1,128}$/', $name) === 1, 'file name ' . $name);
    check((int)call($up, 'isp_downloadack', ['fileName' => $name])->msg_code === 0, 'ack');
    foreach ($xml->children() as $block)
        foreach ($block->children() as $kind)
            if ($kind->count() > 0) covers("download:{$block->getName()}/{$kind->getName()}");
    return $xml;
}

check((int)call($up, 'isp_download')->msg_code === 2, 'something to download');
check((int)call($status, 'isp_querybeianstatus', ['queryConditionType' => 0,
    'queryCondition' => 'yangli-peer-example.cn'])->StatusInfo->Bazt === 1, 'filed before');
$file = seal(sample('ICP-XZBA'));
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
$people = new SimpleXMLElement(sample('ICP-XZBA'));
$last_six = [1 => substr((string)$people->xpath('//Fzr/Fzr_zjhm')[0], 12),
    2 => substr((string)$people->xpath('//Wz_Fzr/Fzr_zjhm')[0], 12)];
foreach ([1, 2] as $n) {
    $mobile = "1380000030$n";
    $code = manage('GET', "/manage/phones/$mobile/messages")[0]['code'];
    $done = manage('POST', '/manage/sms', ['mobile' => $mobile, 'code' => $code,
        'last_six' => $last_six[$n]]);
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
check((int)$filed->Zt_xx->IspZtid === 301, 'our id in BASJ');
$info = call($status, 'isp_querybeianstatus', ['queryConditionType' => 0,
    'queryCondition' => 'yangli-peer-example.cn'])->StatusInfo;
check((int)$info->Bazt === 0 && (string)$info->Ztbah === $number, 'status after');
$text = manage('GET', '/manage/phones/13800000301/messages')[0]['text'];
check(preg_match('/备案密码 (\w{8})/u', $text, $found) === 1, 'filing password');
check((int)call($verify, 'isp_verifybamm', ['baxh' => $number, 'bamm' => $found[1]])->VerifyRes === 0,
    'right filing password');
check((int)call($verify, 'isp_verifybamm', ['baxh' => $number, 'bamm' => 'wrong'])->VerifyRes === 1,
    'wrong filing password');
check((int)call($up, 'isp_querypreviousupload', ['userName' => 'x'])->msg_code === 4, 'user');
covers('upload:ICP/XZBA', 'code:0', 'code:2', 'code:4', 'code:7', 'code:14');

// Every other kind, with what the authority has filed; each is answered.
$password_hash = ['ICPmm' => md5($found[1])];
$entity = (int)$filed->Zt_xx->Ztid;
$service = (int)$filed->Wz_xx->Wzid;
$access = (int)$filed->Wz_xx->Jr_xx->Jrid;
$ids = ['Ztid' => $entity, 'Wzid' => $service, 'Ymid' => (int)$filed->Wz_xx->Ym_xx->Ymid,
    'Jrid' => $access, 'Ipid' => (int)$filed->Wz_xx->Jr_xx->Ip_xx->Ipid];
$filings = []; // the authority's ids of IP filings, by the element of their results
$filing = function (DOMElement $id) use (&$filings): string {
    $result = ['Xgly' => 'Lyjg', 'Scly' => 'Lyjg', 'Xgfp' => 'Fpjg', 'Scfp' => 'Fpjg', 'XgZd' => 'Zdip',
        'Sczd' => 'Zdip', 'Xggbjs' => 'Gbjs', 'Scgbjs' => 'Gbjs'];
    return $filings[$result[$id->parentNode->parentNode->nodeName]];
};
$changes = [
    'ICP-XZWZ' => ['Ztid' => $entity, ...$password_hash],
    'ICP-XZJR' => ['Wzid' => $service, 'Jlid' => $service, ...$password_hash],
    'ICP-XZHYD' => ['Baxh' => "$number-1"],
    'ICP-BGBA' => [...$ids, 'Jlid' => $service, ...$password_hash, 'Baxh' =>
        fn($element) => $element->parentNode->nodeName === 'Zt_xx' ? $number : "$number-1"],
    'ICP-HSJG' => [...$ids, 'Bbdw' => PROVIDER],
    'ICP-WBACLJG' => ['Jrs' => PROVIDER],
    'ICP-ZXBA' => ['Jlid' => $access, ...$password_hash],
    'IP-XZBA' => ['Sqdw' => PROVIDER], 'IP-XGBA' => ['Sqdw' => PROVIDER, 'Id' => $filing],
    'IP-SCBA' => ['Id' => $filing], 'YM-XZBA' => [], 'YM-XGBA' => [], 'YM-SCBA' => [],
];
$sequence = 1;
foreach ($changes as $kind => $change) {
    $answer = call($up, 'isp_upload', [...seal(sample($kind, $change)), 'dataSequence' => ++$sequence]);
    check((int)$answer->msg_code === 0, "upload of $kind: {$answer->msg}");
    $codes = until(function () use ($up, &$filings) {
        $xml = fetch($up);
        foreach ($xml?->xpath('/DownloadData/IP/BAJG/*[Id]') ?? [] as $result)
            $filings[$result->getName()] ??= (string)$result->Id;
        // Codes, or persons asked to verify by SMS (0): then the record itself is in order.
        return array_map('intval', $xml?->xpath('//Jgdm | //Ob_zt') ?? []);
    }, "answer to $kind");
    if (getenv('BEIAN_SHOW')) echo "$kind ", implode(' ', $codes), "\n";
    // A file that the authority refuses is not covered by being sent.
    if (array_intersect($codes, [0, 1001, 1060, 1062, 2998, 3998])) covers('upload:' . str_replace('-', '/', $kind));
}
// A connection that is dropped after the commit: the call fails, the file is there.
manage('POST', '/manage/faults', ['operation' => 'isp_upload', 'kind' => 'drop_after_commit']);
try {
    call($up, 'isp_upload', [...seal('no xml'), 'dataSequence' => ++$sequence]);
    check(false, 'an answer came although the connection was to be dropped');
} catch (SoapFault $fault) {
    check((int)call($up, 'isp_querypreviousupload')->fileInfos->dataSequence === $sequence, 'dropped upload');
}
settle_coverage();
echo "$passed passed, 0 failed\n";
