<?php
// php php_wsdl.php SOAP_PEER FOLDER: see php_wsdl.sh.
declare(strict_types=1);

const NS = 'http://authority.example/样例';

/** Runs the peer with the input on its standard input. */
function peer(array $command, string $input = ''): string {
    $process = proc_open($command, [['pipe', 'r'], ['pipe', 'w'], STDERR], $pipes);
    fwrite($pipes[0], $input);
    fclose($pipes[0]);
    $output = stream_get_contents($pipes[1]);
    if (proc_close($process) !== 0) throw new Exception('the peer failed');
    return $output;
}

class LocalClient extends SoapClient {
    public string $peer = '';
    public string $address = '';
    public function __doRequest($request, $location, $action, $version, $oneWay = false): ?string {
        $this->address = $location;
        return peer([$this->peer, 'answer', NS], $request);
    }
}

function check(bool $fine, string $what): void {
    if (!$fine) throw new Exception($what);
}

const OPERATIONS = [
    'upDownLoad' => [
        'isp_upload' => ['userName', 'randVal', 'pwdHash', 'beianInfo', 'beianInfoHash',
            'dataSequence', 'encryptAlgorithm', 'hashAlgorithm', 'compressionFormat'],
        'isp_download' => ['userName', 'randVal', 'pwdHash', 'hashAlgorithm'],
        'isp_downloadack' => ['userName', 'randVal', 'pwdHash', 'hashAlgorithm', 'fileName'],
        'isp_querypreviousupload' => ['userName', 'randVal', 'pwdHash', 'hashAlgorithm'],
    ],
    'queryBeianStatus' => ['isp_querybeianstatus' => ['userName', 'randVal', 'pwdHash',
        'hashAlgorithm', 'queryConditionType', 'queryCondition']],
    'verifyBamm' => ['isp_verifybamm' => ['userName', 'randVal', 'pwdHash', 'hashAlgorithm',
        'baxh', 'bamm']],
];
const NUMBERS = ['ispId', 'ispID', 'dataSequence', 'encryptAlgorithm', 'hashAlgorithm',
    'compressionFormat', 'queryConditionType'];

[, $peer, $folder] = $argv;
$passed = 0;
foreach (OPERATIONS as $service => $operations) {
    foreach (['ispId', 'ispID'] as $first) {
        $address = "http://127.0.0.1:1/$service?a=1&b=2";
        $file = "$folder/$service-$first.wsdl";
        file_put_contents($file, peer([$peer, 'wsdl', $service, $address, NS, $first]));
        $client = new LocalClient("file://$file", ['exceptions' => true]);
        $client->peer = $peer;
        check(count($client->__getFunctions()) === count($operations), 'functions of ' . $service);
        foreach ($operations as $operation => $parameters) {
            $functions = array_filter($client->__getFunctions(),
                fn($f) => str_starts_with($f, "{$operation}Response $operation("));
            check(count($functions) === 1, "$operation is no function");
            $values = [];
            $expected = '';
            foreach ([$first, ...$parameters] as $i => $name) {
                $values[$name] = in_array($name, NUMBERS) ? $i + 1 : "<$name> & ]]> 样例";
                $expected .= "$name={$values[$name]}|";
            }
            $answer = $client->$operation($values);
            check($answer->return === "<read operation='$operation'>$expected</read>",
                "$operation: " . $answer->return);
            check($client->address === $address, "address: " . $client->address);
            ++$passed;
        }
    }
}
// A Fault of ours is a SoapFault of theirs.
try {
    $client->__soapCall('isp_verifybamm', [['ispID' => 1, 'userName' => 'x']]);
    check(false, 'a call without its parameters is accepted');
} catch (SoapFault $fault) {
    check(str_contains($fault->getMessage(), 'no'), $fault->getMessage());
    ++$passed;
}
class FaultClient extends LocalClient {
    public function __doRequest($request, $location, $action, $version, $oneWay = false): ?string {
        return peer([$this->peer, 'answer', NS], 'no envelope');
    }
}
$client = new FaultClient("file://$folder/verifyBamm-ispId.wsdl", ['exceptions' => true]);
$client->peer = $peer;
try {
    $client->isp_verifybamm(['ispId' => 1, 'userName' => '', 'randVal' => '', 'pwdHash' => '',
        'hashAlgorithm' => 0, 'baxh' => '', 'bamm' => '']);
    check(false, 'a fault is no fault');
} catch (SoapFault $fault) {
    check(str_starts_with($fault->getMessage(), 'not XML'), $fault->getMessage());
    ++$passed;
}
echo "$passed passed, 0 failed\n";
